import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { Name } from '../../parts/basics/name.js';
import { ProgressBar } from '../../parts/basics/progress-bar.js';
import { FileLink, RunLink } from '../../parts/records/links.js';
import { StateBadge, WarningBadge } from '../../parts/records/state-badge.js';
import { Duration, NoValue, Time } from '../../parts/records/time.js';
import { WorkerName } from '../../parts/records/worker-name.js';
import type { Column } from '../../parts/tables/column.js';
import type { runsText } from '../../text/runs.js';
import type { TextOf } from '../../text/define-text.js';

export function runColumns(text: TextOf<typeof runsText.en>): Column<RunSummary>[] {
  const { columns } = text;
  return [
    {
      key: 'state',
      header: columns.state,
      width: '132px',
      cell: ({ state, late }) => <StateBadge state={state} late={late} />,
    },
    {
      key: 'name',
      header: columns.name,
      width: 'minmax(120px, 1.2fr)',
      cell: ({ requestId, name, warningCount }) => (
        <>
          <RunLink id={requestId} name={name} />
          <WarningBadge amount={warningCount} brief />
        </>
      ),
    },
    { key: 'of', header: columns.of, width: 'minmax(100px, 1fr)', hideBelow: 420, cell: ({ of }) => <Name>{of}</Name> },
    { key: 'kind', header: columns.kind, width: '84px', hideBelow: 980, cell: ({ kind }) => text.kinds[kind] },
    {
      key: 'subject',
      header: columns.subject,
      width: 'minmax(100px, 1.4fr)',
      hideBelow: 760,
      cell: ({ subject, fileId }) => <Subject subject={subject} fileId={fileId} />,
    },
    {
      key: 'progress',
      header: columns.progress,
      width: '112px',
      hideBelow: 1040,
      cell: ({ state, progress, name }) => <RowProgress state={state} percent={progress.percent} name={name} />,
    },
    {
      key: 'created',
      header: columns.created,
      width: '132px',
      hideBelow: 620,
      sort: 'created',
      cell: ({ createdAt }) => <Time at={createdAt} />,
    },
    {
      key: 'duration',
      header: columns.duration,
      width: '104px',
      align: 'end',
      sort: 'duration',
      cell: ({ durationMs, startedAt, finishedAt }) => (
        <Duration ms={durationMs} since={finishedAt === null ? startedAt : null} />
      ),
    },
    {
      key: 'worker',
      header: columns.worker,
      width: 'minmax(80px, 0.6fr)',
      hideBelow: 1160,
      cell: ({ worker }) => (worker === null ? <NoValue /> : <WorkerName id={worker} />),
    },
  ];
}

function Subject({ subject, fileId }: Pick<RunSummary, 'subject' | 'fileId'>) {
  if (subject === null) return <NoValue />;
  if (fileId === null) return <Name>{subject}</Name>;
  return (
    <FileLink id={fileId}>
      <Name>{subject}</Name>
    </FileLink>
  );
}

interface RowProgressProps {
  readonly state: RunSummary['state'];
  readonly percent: number | null;
  readonly name: string;
}

function RowProgress({ state, percent, name }: RowProgressProps) {
  if (state !== 'running' && state !== 'retrying') return <NoValue />;
  return (
    <>
      <ProgressBar percent={percent} label={name} />
      {percent !== null && <span>{percent}&nbsp;%</span>}
    </>
  );
}
