import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { Link } from 'wouter';
import { Name } from '../../parts/basics/name.js';
import { formatNumber } from '../../parts/records/format.js';
import { Duration, Time } from '../../parts/records/time.js';
import { WorkerStatus } from '../../parts/records/worker-status.js';
import { ShortTable, type ShortColumn } from '../../parts/tables/short-table.js';
import { useLanguage, useText } from '../../text/language.js';
import { workersText } from '../../text/workers.js';
import styles from './workers.module.css';

export interface WorkerTableProps {
  readonly workers: readonly WorkerRecord[];
  readonly selectedId: string | undefined;
  readonly onSelect: (id: string) => void;
}

export function WorkerTable({ workers, selectedId, onSelect }: WorkerTableProps) {
  const text = useText(workersText);
  const { language } = useLanguage();
  const createCountColumn = (
    key: string,
    header: string,
    countOf: (worker: WorkerRecord) => number,
  ): ShortColumn<WorkerRecord> => ({
    key,
    header,
    align: 'end',
    cell: (worker) => formatNumber(countOf(worker), language),
  });
  const columns: ShortColumn<WorkerRecord>[] = [
    {
      key: 'state',
      header: text.state,
      cell: ({ status }) => <WorkerStatus status={status} />,
    },
    {
      key: 'name',
      header: text.name,
      cell: ({ id, name }) => (
        <button
          type="button"
          className={styles['link']}
          aria-pressed={id === selectedId}
          title={text.showRuns(name)}
          onClick={() => onSelect(id)}
        >
          <Name strong>{name}</Name>
        </button>
      ),
    },
    { key: 'version', header: text.version, cell: ({ version }) => <Name>{version}</Name> },
    {
      key: 'serves',
      header: text.serves,
      grows: true,
      cell: ({ pipelines }) =>
        pipelines.length === 0 ? text.reportsOnly : <Name>{pipelines.map(({ name }) => name).join(', ')}</Name>,
    },
    {
      key: 'running',
      header: text.running,
      align: 'end',
      cell: ({ id, runs }) => (
        <Link href={`/runs?worker=${id}&state=running,retrying`}>{formatNumber(runs.open, language)}</Link>
      ),
    },
    createCountColumn('completed', text.completed, ({ runs }) => runs.completed),
    {
      key: 'failed',
      header: text.failed,
      align: 'end',
      cell: ({ id, runs }) => (
        <Link href={`/runs?worker=${id}&state=failed,crashed`}>
          {formatNumber(runs.failed + runs.crashed, language)}
        </Link>
      ),
    },
    {
      key: 'mean',
      header: text.meanDuration,
      align: 'end',
      cell: ({ meanDurationMs }) => <Duration ms={meanDurationMs} />,
    },
    { key: 'seen', header: text.lastSeen, cell: ({ seenAt }) => <Time at={seenAt} /> },
    { key: 'registered', header: text.registered, cell: ({ registeredAt }) => <Time at={registeredAt} /> },
  ];
  return (
    <ShortTable
      label={text.title}
      rows={workers}
      columns={columns}
      rowKey={({ id }) => id}
      isSelected={({ id }) => id === selectedId}
    />
  );
}
