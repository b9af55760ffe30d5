import { useCallback, useMemo, useRef, useState } from 'react';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { useFileOutput, type FileStatus } from '../../data/file.js';
import { useFileInput } from '../../data/file-input.js';
import { Columns } from '../../parts/basics/columns.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { useUrlParams } from '../../parts/tables/url-params.js';
import { rotationOf } from './file-modules.js';
import { InputNote } from './input/input-note.js';
import { InputPanel } from './input/input-panel.js';
import { OutputPanel } from './output/output-panel.js';
import { findInputReferences } from './input-references.js';

const urlParamNames = ['q', 'show'] as const;

/** The output of a file, beside its input if the input can be shown. Corresponding parts of both are highlighted together. */
export function FileColumns({ file, run }: { readonly file: FileStatus; readonly run: RunStatus | undefined }) {
  const [{ q, show }, setView] = useUrlParams(urlParamNames);
  const [page, setPage] = useState(1);
  const { data: input, error, refetch } = useFileInput(file.fileId, file.fileName, rotationOf(file, page), page);
  const [pageCount, setPageCount] = useState(1);
  const output = useFileOutput(file.fileId, q, file.state === 'ready');
  const player = useRef<HTMLMediaElement>(null);
  const [hasPlayer, setHasPlayer] = useState(false);
  const setPlayer = useCallback((element: HTMLMediaElement | null) => {
    player.current = element;
    setHasPlayer(element !== null);
  }, []);
  const [highlightedIndex, setHighlightedIndex] = useState<number>();
  const outputPages = output.data?.pages;
  const canShowInput = input?.availability === 'content';
  // if a page cannot be loaded, the number of pages is unknown, so keep the last known number
  if (canShowInput && input.pageCount !== pageCount) setPageCount(input.pageCount);
  const hasSeveralPages = pageCount > 1;
  // search results do not include page numbers, so boxes could appear on the wrong page
  const canShowBoxes = q === undefined || !hasSeveralPages;
  const references = useMemo(() => {
    const found = findInputReferences(outputPages);
    return canShowBoxes ? found : { ...found, boxes: [] };
  }, [outputPages, canShowBoxes]);
  const highlightedPage =
    highlightedIndex === undefined || !hasSeveralPages ? undefined : references.boxes[highlightedIndex]?.page;
  if (highlightedPage !== undefined && highlightedPage !== page) setPage(highlightedPage);
  const goToPage = (next: number) => {
    // clear the highlight: otherwise, the page of the highlighted word would be shown again
    setHighlightedIndex(undefined);
    setPage(next);
  };
  const play = (seconds: number) => {
    if (!player.current) return;
    player.current.currentTime = seconds;
    // ignore the error: if the browser cannot play the recording, the input panel shows a message
    player.current.play().catch(() => undefined);
  };
  const hasInputPanel = canShowInput || hasSeveralPages;
  const inputNote = error ? (
    <ErrorState error={error} onRetry={() => void refetch()} />
  ) : (
    input && !canShowInput && <InputNote file={file} input={input} />
  );
  return (
    <>
      <Columns layout={hasInputPanel ? undefined : 'single'}>
        {hasInputPanel && (
          <InputPanel
            file={file}
            input={canShowInput ? input : undefined}
            note={inputNote}
            page={canShowInput ? input.page : page}
            pageCount={pageCount}
            references={references}
            highlightedIndex={highlightedIndex}
            onHighlight={setHighlightedIndex}
            onPlayerChange={setPlayer}
            onPageChange={goToPage}
          />
        )}
        <OutputPanel
          file={file}
          run={run}
          output={output}
          search={q}
          onSearchChange={(next) => setView({ q: next })}
          tab={show}
          onTabChange={(next) => setView({ show: next })}
          highlightedIndex={highlightedIndex}
          onHighlight={setHighlightedIndex}
          onPlay={hasPlayer ? play : undefined}
        />
      </Columns>
      {!hasInputPanel && inputNote}
    </>
  );
}
