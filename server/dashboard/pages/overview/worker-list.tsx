import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { Link, useLocation } from 'wouter';
import { useWorkers } from '../../data/workers.js';
import { Name } from '../../parts/basics/name.js';
import { Panel } from '../../parts/basics/panel.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { Time } from '../../parts/records/time.js';
import { WorkerStatus } from '../../parts/records/worker-status.js';
import { ShortTable, type ShortColumn } from '../../parts/tables/short-table.js';
import { useText } from '../../text/language.js';
import { overviewText } from '../../text/overview.js';
import styles from './overview.module.css';

const maxShownWorkers = 6;

export function WorkerList() {
  const text = useText(overviewText);
  const [, navigate] = useLocation();
  const { data, error } = useWorkers();
  const columns: ShortColumn<WorkerRecord>[] = [
    { key: 'state', cell: ({ status }) => <WorkerStatus status={status} /> },
    {
      key: 'name',
      cell: ({ id, name }) => (
        <Link href={`/workers?worker=${id}`}>
          <Name>{name}</Name>
        </Link>
      ),
    },
    {
      key: 'serves',
      grows: true,
      cell: ({ pipelines }) => (
        <span className={styles['quiet']}>
          {pipelines.length === 0 ? text.reportsOnly : <Name>{pipelines.map(({ name }) => name).join(', ')}</Name>}
        </span>
      ),
    },
    { key: 'runs', cell: ({ runs }) => text.running(runs.open) },
    { key: 'seen', align: 'end', cell: ({ seenAt }) => <Time at={seenAt} /> },
  ];
  return (
    <Panel
      title={text.workers}
      aside={(data?.items.length ?? 0) > maxShownWorkers && <Link href="/workers">{text.allWorkers}</Link>}
    >
      {error && <ErrorState error={error} brief />}
      {data?.items.length === 0 && <p className={styles['quiet']}>{text.noWorkers}</p>}
      {data && data.items.length > 0 && (
        <div className={styles['bleed']}>
          <ShortTable
            label={text.workers}
            rows={data.items.slice(0, maxShownWorkers)}
            columns={columns}
            rowKey={({ id }) => id}
            onOpen={({ id }) => navigate(`/workers?worker=${id}`)}
          />
        </div>
      )}
    </Panel>
  );
}
