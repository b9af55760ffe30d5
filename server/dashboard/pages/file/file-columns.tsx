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

const filterNames = ['q', 'show'] as const;

/** The input and the output of a file, side by side. Hovering over a part of one highlights the corresponding part of the other. */
export function FileColumns({ file, run }: { readonly file: FileStatus; readonly run: RunStatus | undefined }) {
  const [{ q, show }, setView] = useUrlFilters(filterNames);
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
  const [highlighted, setHighlighted] = useState<number>();
  const outputPages = output.data?.pages;
  const hasInput = input?.available === 'content';
  // if a page cannot be loaded, the number of pages is unknown, so keep the last known number
  if (hasInput && input.pages !== pages) setPages(input.pages);
  const hasPages = pages > 1;
  // search results do not say which page they are from, so their boxes cannot be shown on the right page
  const hasBoxes = q === undefined || !hasPages;
  const links = useMemo(() => {
    const found = findLinks(outputPages);
    return hasBoxes ? found : { ...found, boxes: [] };
  }, [outputPages, hasBoxes]);
  const highlightedPage = highlighted === undefined || !hasPages ? undefined : links.boxes[highlighted]?.page;
  if (highlightedPage !== undefined && highlightedPage !== page) setPage(highlightedPage);
  const goTo = (next: number) => {
    // a highlighted word would switch back to its own page
    setHighlighted(undefined);
    setPage(next);
  };
  const play = (seconds: number) => {
    if (!player.current) return;
    player.current.currentTime = seconds;
    // ignore the error: if the browser cannot play the recording, the input panel shows a message
    player.current.play().catch(() => undefined);
  };
  const hasInputPanel = hasInput || hasPages;
  const inputNote = error ? (
    <ErrorState error={error} onRetry={() => void refetch()} />
  ) : (
    input && !hasInput && <InputNote file={file} input={input} />
  );
  return (
    <>
      <Columns first={hasInputPanel ? undefined : 'alone'}>
        {hasInputPanel && (
          <InputPanel
            file={file}
            input={hasInput ? input : undefined}
            note={inputNote}
            page={hasInput ? input.page : page}
            pages={pages}
            links={links}
            highlighted={highlighted}
            onHighlight={setHighlighted}
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
          highlighted={highlighted}
          onHighlight={setHighlighted}
          onPlay={hasPlayer ? play : undefined}
        />
      </Columns>
      {!hasInputPanel && inputNote}
    </>
  );
}
