import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { RunStats } from 'millrace/shared/runs/run-stats.js';
import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { api } from '../../data/api.js';
import { useLive } from '../../data/live.js';
import { queryKeys } from '../../data/query-keys.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { Panel } from '../../parts/basics/panel.js';
import { EmptyState } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { useUrlFilters } from '../../parts/tables/url-filters.js';
import { useText } from '../../text/language.js';
import { workersText } from '../../text/workers.js';
import { WorkerRuns } from './worker-runs.js';
import { WorkerTable } from './worker-table.js';
import styles from './workers.module.css';

const filterNames = ['worker', 'all'] as const;

interface WorkerList {
  readonly items: WorkerRecord[];
}

export function WorkersPage() {
  const text = useText(workersText);
  const client = useQueryClient();
  const [{ worker: chosen, all }, setFilters] = useUrlFilters(filterNames);
  const key = queryKeys.workers({ all });
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api<WorkerList>('/v1/workers', { query: { all }, signal }),
  });
  const { data: stats } = useQuery({
    queryKey: queryKeys.stats('24h'),
    queryFn: ({ signal }) => api<RunStats>('/v1/stats', { query: { range: '24h' }, signal }),
  });
  useLive('worker', (worker) =>
    client.setQueryData<WorkerList>(key, (list) => list && { items: replaceOrAdd(list.items, worker) }),
  );
  const workers = data?.items ?? [];
  const online = workers.filter(({ status }) => status === 'online').length;
  const selected = workers.find(({ id }) => id === chosen);
  return (
    <div className={styles['page']}>
      <PageHeader
        title={text.title}
        facts={
          data && (
            <>
              <span>{text.online(online)}</span>
              {workers.length > online && <span>{text.offline(workers.length - online)}</span>}
              {stats !== undefined && stats.unmatchedReports > 0 && (
                <span title={text.unmatchedHelp}>{text.unmatched(stats.unmatchedReports)}</span>
              )}
            </>
          )
        }
        actions={
          <label className={styles['old']}>
            <input
              type="checkbox"
              checked={all !== undefined}
              onChange={({ target }) => setFilters({ all: target.checked ? 'true' : '' }, { push: true })}
            />
            {text.showOld}
          </label>
        }
      />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && workers.length === 0 && (
        <EmptyState title={text.empty} command="npx millrace worker ./flows.ts">
          <p>{text.emptyHelp}</p>
        </EmptyState>
      )}
      {workers.length > 0 && (
        <Panel title={text.title} flush>
          <WorkerTable
            workers={workers}
            chosen={selected?.id}
            onChoose={(id) => setFilters({ worker: id === chosen ? '' : id }, { push: true })}
          />
        </Panel>
      )}
      {selected && <WorkerRuns worker={selected} />}
    </div>
  );
}

function replaceOrAdd(workers: readonly WorkerRecord[], changed: WorkerRecord): WorkerRecord[] {
  return workers.some(({ id }) => id === changed.id)
    ? workers.map((worker) => (worker.id === changed.id ? changed : worker))
    : [changed, ...workers];
}
