import { useCallback, useMemo, useRef, useState } from 'react';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { useFileOutput, type FileStatus } from '../../data/file.js';
import { useFileInput } from '../../data/file-input.js';
import { useUrlFilters } from '../../parts/tables/url-filters.js';
import { InputNote } from './input/input-note.js';
import { InputPanel } from './input/input-panel.js';
import { OutputPanel } from './output/output-panel.js';
import { findLinks } from './links.js';
import styles from './file.module.css';

const names = ['q', 'show'] as const;

/** The thing itself, and what came out of it. Pointing at one lights up the other. */
export function FileColumns({ file, run }: { readonly file: FileStatus; readonly run: RunStatus | undefined }) {
  const [{ q, show }, setView] = useUrlFilters(names);
  const { data: input } = useFileInput(file.fileId, file.fileName);
  const output = useFileOutput(file.fileId, q, file.state === 'ready');
  const player = useRef<HTMLMediaElement>(null);
  const [hasPlayer, setHasPlayer] = useState(false);
  const setPlayer = useCallback((element: HTMLMediaElement | null) => {
    player.current = element;
    setHasPlayer(element !== null);
  }, []);
  const [lit, setLit] = useState<number>();
  const pages = output.data?.pages;
  const links = useMemo(() => findLinks(pages), [pages]);
  const hasInput = input?.found === 'content';
  const play = (seconds: number) => {
    if (!player.current) return;
    player.current.currentTime = seconds;
    // a recording that the browser cannot play says so itself
    player.current.play().catch(() => undefined);
  };
  return (
    <>
      <div className={hasInput ? styles['columns'] : undefined}>
        {hasInput && (
          <InputPanel file={file} input={input} links={links} lit={lit} onLight={setLit} onPlayer={setPlayer} />
        )}
        <OutputPanel
          file={file}
          run={run}
          output={output}
          search={q}
          onSearch={(next) => setView({ q: next })}
          tab={show}
          onTab={(next) => setView({ show: next })}
          lit={lit}
          onLight={setLit}
          onPlay={hasPlayer ? play : undefined}
        />
      </div>
      {input && !hasInput && <InputNote file={file} input={input} />}
    </>
  );
}
