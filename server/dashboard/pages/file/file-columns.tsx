import { useCallback, useMemo, useRef, useState } from 'react';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { useFileOutput, type FileStatus } from '../../data/file.js';
import { useFileInput } from '../../data/file-input.js';
import { Columns } from '../../parts/basics/columns.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { useUrlFilters } from '../../parts/tables/url-filters.js';
import { rotationOf } from './file-modules.js';
import { InputNote } from './input/input-note.js';
import { InputPanel } from './input/input-panel.js';
import { OutputPanel } from './output/output-panel.js';
import { findLinks } from './links.js';

const names = ['q', 'show'] as const;

/** The input and the output of a file, side by side. Pointing at a part of one highlights the matching part of the other. */
export function FileColumns({ file, run }: { readonly file: FileStatus; readonly run: RunStatus | undefined }) {
  const [{ q, show }, setView] = useUrlFilters(names);
  const [page, setPage] = useState(1);
  const { data: input, error, refetch } = useFileInput(file.fileId, file.fileName, rotationOf(file, page), page);
  const [pages, setPages] = useState(1);
  const output = useFileOutput(file.fileId, q, file.state === 'ready');
  const player = useRef<HTMLMediaElement>(null);
  const [hasPlayer, setHasPlayer] = useState(false);
  const setPlayer = useCallback((element: HTMLMediaElement | null) => {
    player.current = element;
    setHasPlayer(element !== null);
  }, []);
  const [lit, setLit] = useState<number>();
  const parts = output.data?.pages;
  const hasInput = input?.found === 'content';
  // only a page that was loaded tells the number of pages
  if (hasInput && input.pages !== pages) setPages(input.pages);
  const hasPages = pages > 1;
  // the results of a search do not tell the page that they are from
  const hasPlaces = q === undefined || !hasPages;
  const links = useMemo(() => {
    const found = findLinks(parts);
    return hasPlaces ? found : { ...found, boxes: [] };
  }, [parts, hasPlaces]);
  const litPage = lit === undefined || !hasPages ? undefined : links.boxes[lit]?.page;
  if (litPage !== undefined && litPage !== page) setPage(litPage);
  const goTo = (next: number) => {
    // a word that is still highlighted would bring its page back
    setLit(undefined);
    setPage(next);
  };
  const play = (seconds: number) => {
    if (!player.current) return;
    player.current.currentTime = seconds;
    // the input panel shows an error if the browser cannot play the recording
    player.current.play().catch(() => undefined);
  };
  const hasPanel = hasInput || hasPages;
  const reason = error ? (
    <ErrorState error={error} onRetry={() => void refetch()} />
  ) : (
    input && !hasInput && <InputNote file={file} input={input} />
  );
  return (
    <>
      <Columns first={hasPanel ? undefined : 'alone'}>
        {hasPanel && (
          <InputPanel
            file={file}
            input={hasInput ? input : undefined}
            reason={reason}
            page={hasInput ? input.page : page}
            pages={pages}
            links={links}
            lit={lit}
            onLight={setLit}
            onPlayer={setPlayer}
            onPage={goTo}
          />
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
      </Columns>
      {!hasPanel && reason}
    </>
  );
}
