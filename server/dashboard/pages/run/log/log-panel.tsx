import { useState } from 'react';
import { formatLogLine, describeLogSource } from 'millrace/shared/runs/log-line.js';
import type { LogLineLevel } from 'millrace/shared/runs/run-event.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { fetchWholeLog, useRunLog } from '../../../data/run-log.js';
import { Button } from '../../../parts/basics/button.js';
import { Panel } from '../../../parts/basics/panel.js';
import { saveFile } from '../../../parts/basics/save-file.js';
import { LogView } from '../../../parts/content/log-view.js';
import { ErrorState } from '../../../parts/feedback/error-state.js';
import { useText } from '../../../text/language.js';
import { sharedText } from '../../../text/shared-text.js';
import { runText } from '../../../text/run.js';
import { LogToolbar } from './log-toolbar.js';
import { useLogFilters } from './log-filters.js';
import styles from './log.module.css';

/** The log of a run, with live updates, server-side search, and a URL for each line. */
export function LogPanel({ run }: { readonly run: RunStatus }) {
  const text = useText(runText);
  const shared = useText(sharedText);
  const { filter, line, wrap, setFilters } = useLogFilters();
  // at first, follow the end of the log, unless the URL selects a line
  const [follow, setFollow] = useState(line === undefined);
  // fetch the lines around the initial line, so that a click on another line does not reload the log
  const [initialLine] = useState(line);
  const log = useRunLog(run.requestId, filter, initialLine);
  const lineCount = log.counts && sumCounts(log.counts);
  const isFiltered = filter.level !== 'debug' || filter.q !== undefined || filter.task !== undefined;

  const download = async () => {
    const format = (entry: Parameters<typeof formatLogLine>[1] & { task: string | null }) =>
      formatLogLine(describeLogSource(run, entry.task), entry);
    saveFile(await fetchWholeLog(run.requestId, format), `${run.name}.log`);
  };
  return (
    <Panel
      title={text.log}
      flush
      className={styles['panel']}
      aside={
        <>
          {lineCount !== undefined && <span>{text.lines(lineCount)}</span>}
          <label className={styles['check']}>
            <input type="checkbox" checked={follow} onChange={(event) => setFollow(event.target.checked)} />
            {text.follow}
          </label>
          <label className={styles['check']}>
            <input
              type="checkbox"
              checked={wrap}
              onChange={(event) => setFilters({ wrap: event.target.checked ? '1' : undefined })}
            />
            {text.wrap}
          </label>
          <Button kind="quiet" onClick={() => void download()}>
            {text.download}
          </Button>
        </>
      }
    >
      <LogToolbar run={run} filter={filter} counts={log.counts} onChange={setFilters} />
      {log.error && <ErrorState error={log.error} onRetry={() => void log.refetch()} />}
      {log.isPending && <p className={styles['empty']}>{shared.loading}</p>}
      {log.isSuccess && log.lines.length === 0 && (
        <p className={styles['empty']}>{isFiltered ? text.noLinesMatch : text.noLines}</p>
      )}
      {log.lines.length > 0 && (
        <div className={styles['lines']} style={{ maxHeight: wrap ? undefined : 24 * log.lines.length + 32 }}>
          <LogView
            label={text.log}
            lines={log.lines}
            wrap={wrap}
            follow={follow}
            onFollowChange={setFollow}
            selectedLine={line}
            onSelect={(next) => {
              setFollow(false);
              setFilters({ line: String(next) });
            }}
            loadedAt={log.dataUpdatedAt}
            onStartReached={() => {
              if (log.hasPreviousPage && !log.isFetching) void log.fetchPreviousPage();
            }}
            onEndReached={() => {
              if (log.hasNextPage && !log.isFetching) void log.fetchNextPage();
            }}
          />
        </div>
      )}
    </Panel>
  );
}

const sumCounts = (counts: Readonly<Record<LogLineLevel, number>>): number =>
  counts.debug + counts.info + counts.warning + counts.error;
