import type { PipelineSummary } from 'millrace/shared/runs/run-stats.js';
import { Link } from 'wouter';
import { countRuns } from '../../data/count-runs.js';
import { useHasRole } from '../../data/session.js';
import { Button } from '../../parts/basics/button.js';
import { Name } from '../../parts/basics/name.js';
import { formatNumber } from '../../parts/records/format.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { Duration, NoValue, Time } from '../../parts/records/time.js';
import type { Sorting } from '../../parts/tables/column.js';
import { ShortTable, type ShortColumn } from '../../parts/tables/short-table.js';
import { localeOf } from '../../text/define-text.js';
import { useLanguage, useText } from '../../text/language.js';
import { pipelinesText } from '../../text/pipelines.js';
import styles from './pipelines.module.css';

export interface PipelineTableProps extends Sorting {
  readonly pipelines: readonly PipelineSummary[];
  readonly onStart: (pipeline: PipelineSummary) => void;
}

export function PipelineTable({ pipelines, onStart, ...sorting }: PipelineTableProps) {
  const text = useText(pipelinesText);
  const { language } = useLanguage();
  const canStart = useHasRole('runner');
  const createDurationColumn = (key: 'p50' | 'p95'): ShortColumn<PipelineSummary> => ({
    key,
    header: text[key],
    align: 'end',
    sortName: key,
    cell: ({ durations }) => <Duration ms={durations[key]} />,
  });
  const columns: ShortColumn<PipelineSummary>[] = [
    {
      key: 'name',
      header: text.name,
      grows: true,
      cell: ({ of, kind }) => (
        <Link href={`/runs?${new URLSearchParams({ of, ...(kind && { kind }) }).toString()}`}>
          <Name strong>{of}</Name>
        </Link>
      ),
    },
    { key: 'kind', header: text.kind, cell: ({ kind }) => (kind === null ? <NoValue /> : text.kinds[kind]) },
    {
      key: 'chain',
      header: text.chain,
      cell: ({ modules, versions }) => (
        <span className={styles['chain']}>
          <Name>{modules === null ? versions.join(', ') : modules.join(' → ')}</Name>
        </span>
      ),
    },
    {
      key: 'runs',
      header: text.runs,
      align: 'end',
      sortName: 'runs',
      cell: ({ runs }) => formatNumber(countRuns(runs), language),
    },
    {
      key: 'success',
      header: text.success,
      align: 'end',
      sortName: 'success',
      cell: ({ successRate }) =>
        successRate === null ? (
          <NoValue />
        ) : (
          successRate.toLocaleString(localeOf(language), { style: 'percent', maximumFractionDigits: 1 })
        ),
    },
    createDurationColumn('p50'),
    createDurationColumn('p95'),
    {
      key: 'last',
      header: text.lastRun,
      sortName: 'last',
      cell: ({ lastRun }) =>
        lastRun === null ? (
          <NoValue />
        ) : (
          <Link href={`/runs/${lastRun.requestId}`} className={styles['last'] ?? ''}>
            <StateBadge state={lastRun.state} /> <Time at={lastRun.createdAt} />
          </Link>
        ),
    },
    { key: 'servers', header: text.servedBy, cell: (pipeline) => <ServedBy pipeline={pipeline} /> },
    {
      key: 'start',
      align: 'end',
      cell: (pipeline) =>
        canStart &&
        (pipeline.kind === 'hosted' ? (
          <Link href={`/process?pipeline=${encodeURIComponent(pipeline.of)}`}>{text.process}</Link>
        ) : (
          pipeline.servedBy.length > 0 && (
            <Button aria-label={text.startTitle(pipeline.of)} onClick={() => onStart(pipeline)}>
              {text.start}
            </Button>
          )
        )),
    },
  ];
  return (
    <ShortTable
      {...sorting}
      label={text.title}
      rows={pipelines}
      columns={columns}
      rowKey={({ kind, of }) => `${String(kind)} ${of}`}
    />
  );
}

function ServedBy({ pipeline: { kind, servedBy } }: { readonly pipeline: PipelineSummary }) {
  const text = useText(pipelinesText);
  if (kind === 'hosted') return text.server;
  if (servedBy.length === 0) return <span className={styles['nobody']}>{text.noWorker}</span>;
  return servedBy.map(({ id, name, version }) => (
    <Link key={id} href={`/workers?worker=${id}`} className={styles['server'] ?? ''}>
      <Name>{`${name} ${version}`}</Name>
    </Link>
  ));
}
