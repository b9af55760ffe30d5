import { useEffect, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import { useLive } from '../../data/live/live.js';
import { isOver, uploads, type Upload } from '../../data/uploads/uploads.js';
import { Button } from '../../parts/basics/button.js';
import { Name } from '../../parts/basics/name.js';
import { Panel } from '../../parts/basics/panel.js';
import { ProgressBar } from '../../parts/basics/progress-bar.js';
import { visibleText } from '../../parts/basics/visible-text.js';
import { formatBytes } from '../../parts/records/format.js';
import { FileLink, RunLink } from '../../parts/records/links.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { Duration } from '../../parts/records/time.js';
import type { Column } from '../../parts/tables/column.js';
import { VirtualTable } from '../../parts/tables/virtual-table.js';
import { useLanguage, useText } from '../../text/language.js';
import { partsText } from '../../text/parts.js';
import { processText } from '../../text/process.js';
import styles from './process.module.css';

const rowHeight = 34;
const maxRows = 14;

/** The uploaded files with the live state of their runs. */
export function UploadList() {
  const text = useText(processText);
  const { language } = useLanguage();
  const list = useSyncExternalStore(uploads.watch, uploads.list);
  useLive('run', uploads.onRun);
  useLive('reset', () => void uploads.refresh());
  useEffect(() => void uploads.refresh(), []);
  if (list.length === 0) return null;
  const batches = new Set(list.flatMap(({ batchId }) => batchId ?? []));
  const columns: Column<Upload>[] = [
    {
      key: 'file',
      header: text.file,
      width: 'minmax(110px, 2fr)',
      cell: ({ name, fileId, state }) =>
        fileId !== undefined && state === 'sent' ? (
          <FileLink id={fileId}>
            <Name>{name}</Name>
          </FileLink>
        ) : (
          <Name>{name}</Name>
        ),
    },
    {
      key: 'size',
      header: text.size,
      width: '80px',
      align: 'end',
      hideBelow: 700,
      cell: ({ bytes }) => formatBytes(bytes, language),
    },
    { key: 'state', header: text.state, width: '120px', cell: (upload) => <UploadState upload={upload} /> },
    {
      key: 'duration',
      header: text.duration,
      width: '90px',
      align: 'end',
      hideBelow: 600,
      cell: ({ run }) => run && <Duration ms={run.durationMs} since={run.finishedAt === null ? run.startedAt : null} />,
    },
    { key: 'result', header: text.result, width: 'minmax(90px, 3fr)', cell: (upload) => <Outcome upload={upload} /> },
    {
      key: 'run',
      header: text.run,
      width: '100px',
      hideBelow: 500,
      cell: ({ requestId, state }) => state === 'sent' && requestId && <RunLink id={requestId} name={text.run} />,
    },
  ];
  return (
    <Panel
      title={text.files}
      aside={
        <>
          <span aria-live="polite">{text.filesOf(list.filter(isOver).length, list.length)}</span>
          {batches.size > 0 && <Link href={batchesOf(batches)}>{text.asBatch(batches.size)}</Link>}
          <Link href={runsOf(list)}>{text.asRuns}</Link>
          {list.some((one) => !isOver(one)) && (
            <Button kind="quiet" onClick={() => void uploads.cancelAll()}>
              {text.cancelAll}
            </Button>
          )}
          <Button kind="quiet" onClick={() => uploads.clear()}>
            {text.clear}
          </Button>
        </>
      }
      flush
    >
      <div style={{ height: rowHeight * (Math.min(list.length, maxRows) + 1) + 2 }}>
        <VirtualTable
          label={text.files}
          rows={list}
          columns={columns}
          rowKey={({ id }) => id}
          rowName={({ name }) => name}
          total={list.length}
        />
      </div>
    </Panel>
  );
}

function batchesOf(ids: ReadonlySet<string>): string {
  const [only = ''] = ids;
  return ids.size === 1 ? `/batches/${only}` : '/batches';
}

/** Returns the URL of the list of runs, with filters that select the runs of these files as closely as possible. */
function runsOf(list: readonly Upload[]): string {
  const names = new Set(list.map(({ pipeline }) => pipeline));
  const since = new Date(Math.min(...list.map(({ addedAt }) => addedAt)) - maxClockSkewMs).toISOString();
  const [only = ''] = names;
  return `/runs?${new URLSearchParams({ ...(names.size === 1 && { of: only }), kind: 'hosted', since }).toString()}`;
}

/** How far the browser's clock may be ahead of the server's, in ms. */
const maxClockSkewMs = 60_000;

function RetryButton({ id }: Pick<Upload, 'id'>) {
  const text = useText(processText);
  return (
    <Button kind="quiet" onClick={() => uploads.retry(id)}>
      {text.retry}
    </Button>
  );
}

function UploadState({ upload: { state, run } }: { readonly upload: Upload }) {
  const text = useText(processText);
  if (state === 'refused') return <StateBadge state="failed" label={text.refused} />;
  if (state === 'cancelled') return <StateBadge state="cancelled" />;
  if (run) return <StateBadge state={run.state} late={run.late} />;
  return <StateBadge state={state === 'sending' ? 'running' : 'pending'} label={text[state]} />;
}

/** The progress of an upload and its run; after the end, a link to the file, or the error. */
function Outcome({ upload }: { readonly upload: Upload }) {
  const text = useText(processText);
  const parts = useText(partsText);
  const { id, name, bytes, sent, state, error, run, fileId } = upload;
  if (state === 'refused') {
    const why = error instanceof Error ? error.message : String(error);
    return (
      <>
        <RetryButton id={id} />
        <span className={styles['why']} title={visibleText(why)}>
          {visibleText(why)}
        </span>
      </>
    );
  }
  // the run of a cancelled upload may also have an error, which says no more
  if (state === 'cancelled') return <RetryButton id={id} />;
  if (run?.error) {
    return (
      <span className={styles['why']} title={visibleText(run.error.message)}>
        {visibleText(run.error.message)}
      </span>
    );
  }
  if (run?.state === 'completed' && fileId !== undefined) return <FileLink id={fileId}>{text.open}</FileLink>;
  if (run && isFinalState(run.state)) return null;
  const percent = state === 'sending' ? (100 * sent) / Math.max(1, bytes) : (run?.progress.percent ?? null);
  return (
    <>
      {state !== 'waiting' && <ProgressBar percent={percent} label={visibleText(name)} />}
      <Button kind="quiet" aria-label={text.cancelOf(visibleText(name))} onClick={() => void uploads.cancel(id)}>
        {parts.cancel}
      </Button>
    </>
  );
}
