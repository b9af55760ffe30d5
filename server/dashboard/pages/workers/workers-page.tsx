import { useStats } from '../../data/summaries.js';
import { useWorkers } from '../../data/workers.js';
import { Stack } from '../../parts/basics/stack.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { Panel } from '../../parts/basics/panel.js';
import { EmptyState } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { useUrlParams } from '../../parts/tables/url-params.js';
import { useText } from '../../text/language.js';
import { workersText } from '../../text/workers.js';
import { WorkerRuns } from './worker-runs.js';
import { WorkerTable } from './worker-table.js';
import styles from './workers.module.css';

const filterNames = ['worker', 'all'] as const;

export function WorkersPage() {
  const text = useText(workersText);
  const [{ worker: selectedId, all }, setFilters] = useUrlParams(filterNames);
  const { data, error, refetch } = useWorkers(all !== undefined);
  const { data: stats } = useStats('24h');
  const workers = data?.items ?? [];
  const onlineCount = workers.filter(({ status }) => status === 'online').length;
  const selectedWorker = workers.find(({ id }) => id === selectedId);
  return (
    <Stack>
      <PageHeader
        title={text.title}
        subtitle={
          data && (
            <>
              <span>{text.online(onlineCount)}</span>
              {workers.length > onlineCount && <span>{text.offline(workers.length - onlineCount)}</span>}
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
            {text.includeInactive}
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
            selectedId={selectedWorker?.id}
            onSelect={(id) => setFilters({ worker: id === selectedId ? '' : id }, { push: true })}
          />
        </Panel>
      )}
      {selectedWorker && <WorkerRuns worker={selectedWorker} />}
    </Stack>
  );
}
