import { useEffect, useSyncExternalStore } from 'react';
import { useLive } from '../../data/live.js';
import { isOver, uploads, type Upload } from '../../data/uploads.js';
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
import { processText } from '../../text/process.js';
import styles from './process.module.css';

const rowHeight = 34;
const maxRows = 14;

/** The files that were given, and what becomes of them, live. */
export function UploadList() {
  const text = useText(processText);
  const { language } = useLanguage();
  const list = useSyncExternalStore(uploads.watch, uploads.list);
  useLive('run', uploads.onRun);
  useLive('reset', () => void uploads.refresh());
  useEffect(() => void uploads.refresh(), []);
  if (list.length === 0) return null;
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

function UploadState({ upload: { state, run } }: { readonly upload: Upload }) {
  const text = useText(processText);
  if (state === 'refused') return <StateBadge state="failed" label={text.refused} />;
  if (run) return <StateBadge state={run.state} late={run.late} />;
  return <StateBadge state={state === 'sending' ? 'running' : 'pending'} label={text[state]} />;
}

/** How far it is; in the end the file, or what went wrong. */
function Outcome({ upload }: { readonly upload: Upload }) {
  const text = useText(processText);
  const { id, name, bytes, sent, state, error, run, fileId } = upload;
  if (state === 'refused') {
    const why = error instanceof Error ? error.message : String(error);
    return (
      <>
        <Button kind="quiet" onClick={() => uploads.retry(id)}>
          {text.retry}
        </Button>
        <span className={styles['why']} title={visibleText(why)}>
          {visibleText(why)}
        </span>
      </>
    );
  }
  if (run?.error) {
    return (
      <span className={styles['why']} title={visibleText(run.error.message)}>
        {visibleText(run.error.message)}
      </span>
    );
  }
  if (run?.state === 'completed' && fileId !== undefined) return <FileLink id={fileId}>{text.open}</FileLink>;
  const percent = state === 'sending' ? (100 * sent) / Math.max(1, bytes) : (run?.progress.percent ?? null);
  return state === 'waiting' ? null : <ProgressBar percent={percent} label={visibleText(name)} />;
}
