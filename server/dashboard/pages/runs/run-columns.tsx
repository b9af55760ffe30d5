import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { Name } from '../../parts/basics/name.js';
import { ProgressBar } from '../../parts/basics/progress-bar.js';
import { describeTags } from '../../parts/records/describe-tags.js';
import { FileLink, RunLink } from '../../parts/records/links.js';
import { StateBadge, WarningBadge } from '../../parts/records/state-badge.js';
import { Duration, NoValue, Time } from '../../parts/records/time.js';
import { WorkerName } from '../../parts/records/worker-name.js';
import type { Column } from '../../parts/tables/column.js';
import type { runsText } from '../../text/runs.js';
import type { TextOf } from '../../text/define-text.js';

/**
 * @param onlyFailures Whether the list contains only failed and crashed runs. If true, the error column is shown by default, instead of the
 *   columns for the kind, progress and worker.
 */
export function createRunColumns(text: TextOf<typeof runsText.en>, onlyFailures: boolean): Column<RunSummary>[] {
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
          <WarningBadge count={warningCount} brief />
        </>
      ),
    },
    { key: 'of', header: columns.of, width: 'minmax(100px, 1fr)', hideBelow: 420, cell: ({ of }) => <Name>{of}</Name> },
    {
      key: 'kind',
      header: columns.kind,
      width: '84px',
      hideBelow: 980,
      isHiddenByDefault: onlyFailures,
      cell: ({ kind }) => text.kinds[kind],
    },
    {
      key: 'subject',
      header: columns.subject,
      width: 'minmax(100px, 1.4fr)',
      hideBelow: 760,
      cell: ({ subject, fileId }) => <Subject subject={subject} fileId={fileId} />,
    },
    {
      key: 'tags',
      header: columns.tags,
      width: 'minmax(80px, 0.8fr)',
      hideBelow: 1280,
      cell: ({ fileTags }) => (fileTags.length === 0 ? <NoValue /> : <Name>{describeTags(fileTags)}</Name>),
    },
    {
      key: 'progress',
      header: columns.progress,
      width: '112px',
      hideBelow: 1040,
      isHiddenByDefault: onlyFailures,
      cell: ({ state, progress, name }) => <RowProgress state={state} percent={progress.percent} name={name} />,
    },
    {
      key: 'created',
      header: columns.created,
      width: '132px',
      hideBelow: 620,
      sortName: 'created',
      cell: ({ createdAt }) => <Time at={createdAt} />,
    },
    {
      key: 'started',
      header: columns.started,
      width: '132px',
      sortName: 'started',
      isHiddenByDefault: true,
      cell: ({ startedAt }) => <Time at={startedAt} />,
    },
    {
      key: 'finished',
      header: columns.finished,
      width: '132px',
      sortName: 'finished',
      isHiddenByDefault: true,
      cell: ({ finishedAt }) => <Time at={finishedAt} />,
    },
    {
      key: 'duration',
      header: columns.duration,
      width: '104px',
      align: 'end',
      sortName: 'duration',
      cell: ({ durationMs, startedAt, finishedAt }) => (
        <Duration ms={durationMs} since={finishedAt === null ? startedAt : null} />
      ),
    },
    {
      key: 'worker',
      header: columns.worker,
      width: 'minmax(80px, 0.6fr)',
      hideBelow: 1160,
      isHiddenByDefault: onlyFailures,
      cell: ({ worker }) => (worker === null ? <NoValue /> : <WorkerName id={worker} />),
    },
    {
      key: 'version',
      header: columns.version,
      width: '96px',
      isHiddenByDefault: true,
      cell: ({ version }) => (version === null ? <NoValue /> : <Name>{version}</Name>),
    },
    {
      key: 'error',
      header: columns.error,
      width: onlyFailures ? 'minmax(160px, 3fr)' : 'minmax(160px, 1.6fr)',
      isHiddenByDefault: !onlyFailures,
      hideBelow: 900,
      cell: ({ error }) => (error === null ? <NoValue /> : <Name>{error.message}</Name>),
    },
    {
      key: 'id',
      header: columns.id,
      width: 'minmax(120px, 1fr)',
      isHiddenByDefault: true,
      cell: ({ requestId }) => <Name>{requestId}</Name>,
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
