import { useEffect, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import { useLiveEvent } from '../../data/live/live.js';
import { hasEnded, uploads, type Upload } from '../../data/uploads/uploads.js';
import { Button } from '../../parts/basics/button.js';
import { Name } from '../../parts/basics/name.js';
import { Panel } from '../../parts/basics/panel.js';
import { ProgressBar } from '../../parts/basics/progress-bar.js';
import { escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { formatBytes } from '../../parts/records/format.js';
import { FileLink, RunLink } from '../../parts/records/links.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { Duration } from '../../parts/records/time.js';
import type { Column } from '../../parts/tables/column.js';
import { VirtualTable } from '../../parts/tables/virtual-table.js';
import { useLanguage, useText } from '../../text/language.js';
import { sharedText } from '../../text/shared-text.js';
import { processText } from '../../text/process.js';
import styles from './process.module.css';

const rowHeight = 34;
const maxVisibleRows = 14;

export function UploadList() {
  const text = useText(processText);
  const { language } = useLanguage();
  const list = useSyncExternalStore(uploads.subscribe, uploads.getList);
  useLiveEvent('run', uploads.onRun);
  useLiveEvent('reset', () => void uploads.refetchUnfinishedRuns());
  useEffect(() => void uploads.refetchUnfinishedRuns(), []);
  if (list.length === 0) return null;
  const batchIds = new Set(list.flatMap(({ batchId }) => batchId ?? []));
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
    {
      key: 'result',
      header: text.result,
      width: 'minmax(90px, 3fr)',
      cell: (upload) => <UploadResult upload={upload} />,
    },
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
          <span aria-live="polite">{text.filesDone(list.filter(hasEnded).length, list.length)}</span>
          {batchIds.size > 0 && <Link href={batchesUrl(batchIds)}>{text.showBatches(batchIds.size)}</Link>}
          <Link href={runsUrl(list)}>{text.showRuns}</Link>
          {list.some((upload) => !hasEnded(upload)) && (
            <Button kind="quiet" onClick={() => void uploads.cancelAll()}>
              {text.cancelAll}
            </Button>
          )}
          <Button kind="quiet" onClick={() => uploads.clearEnded()}>
            {text.clearFinished}
          </Button>
        </>
      }
      flush
    >
      <div style={{ height: rowHeight * (Math.min(list.length, maxVisibleRows) + 1) + 2 }}>
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

function batchesUrl(ids: ReadonlySet<string>): string {
  const [firstId = ''] = ids;
  return ids.size === 1 ? `/batches/${firstId}` : '/batches';
}

/** Returns the URL of the list of hosted runs since the first upload, filtered by pipeline if all uploads have the same one. */
function runsUrl(list: readonly Upload[]): string {
  const pipelines = new Set(list.map(({ pipeline }) => pipeline));
  const since = new Date(Math.min(...list.map(({ addedAt }) => addedAt)) - maxClockSkewMs).toISOString();
  const [firstPipeline = ''] = pipelines;
  const query = new URLSearchParams({ ...(pipelines.size === 1 && { of: firstPipeline }), kind: 'hosted', since });
  return `/runs?${query.toString()}`;
}

/** The tolerated clock skew between the browser and the server, in ms. */
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
  if (state === 'failed') return <StateBadge state="failed" label={text.failed} />;
  if (state === 'cancelled') return <StateBadge state="cancelled" />;
  if (run) return <StateBadge state={run.state} late={run.late} />;
  return <StateBadge state={state === 'sending' ? 'running' : 'pending'} label={text[state]} />;
}

/**
 * Shows the progress and a cancel button until the upload's run ends, then the error or a link to the file. Shows a retry button if the
 * upload failed or was cancelled.
 */
function UploadResult({ upload }: { readonly upload: Upload }) {
  const text = useText(processText);
  const shared = useText(sharedText);
  const { id, name, bytes, sentBytes, state, error, run, fileId } = upload;
  if (state === 'failed') {
    const reason = error instanceof Error ? error.message : String(error);
    return (
      <>
        <RetryButton id={id} />
        <span className={styles['reason']} title={escapeInvisible(reason)}>
          {escapeInvisible(reason)}
        </span>
      </>
    );
  }
  if (state === 'cancelled') return <RetryButton id={id} />;
  if (run?.error) {
    return (
      <span className={styles['reason']} title={escapeInvisible(run.error.message)}>
        {escapeInvisible(run.error.message)}
      </span>
    );
  }
  if (run?.state === 'completed' && fileId !== undefined) return <FileLink id={fileId}>{text.open}</FileLink>;
  if (run && isFinalState(run.state)) return null;
  const percent = state === 'sending' ? (100 * sentBytes) / Math.max(1, bytes) : (run?.progress.percent ?? null);
  return (
    <>
      {state !== 'waiting' && <ProgressBar percent={percent} label={escapeInvisible(name)} />}
      <Button
        kind="quiet"
        aria-label={text.cancelUpload(escapeInvisible(name))}
        onClick={() => void uploads.cancel(id)}
      >
        {shared.cancel}
      </Button>
    </>
  );
}
