import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { Link } from 'wouter';
import { callApi } from '../../data/api.js';
import { useLiveEvent } from '../../data/live/live.js';
import { queryKeys } from '../../data/query-keys.js';
import { Name } from '../../parts/basics/name.js';
import { Panel } from '../../parts/basics/panel.js';
import { EmptyState } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { RunLink } from '../../parts/records/links.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { Duration, Time } from '../../parts/records/time.js';
import { ShortTable, type ShortColumn } from '../../parts/tables/short-table.js';
import { useText } from '../../text/language.js';
import { workersText } from '../../text/workers.js';
import styles from './workers.module.css';

/** A worker's pipelines with their steps, and the worker's 20 newest runs. */
export function WorkerRuns({ worker }: { readonly worker: WorkerRecord }) {
  const text = useText(workersText);
  const client = useQueryClient();
  const filter = { worker: worker.id, limit: 20 };
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.runs(filter),
    queryFn: ({ signal }) => callApi<{ items: RunSummary[] }>('/v1/runs', { query: filter, signal }),
  });
  useLiveEvent('run', (run) => {
    if (run.worker === worker.id) void client.invalidateQueries({ queryKey: queryKeys.runs(filter) });
  });
  const columns: ShortColumn<RunSummary>[] = [
    { key: 'state', header: text.state, cell: ({ state, late }) => <StateBadge state={state} late={late} /> },
    { key: 'run', header: text.run, cell: ({ requestId, name }) => <RunLink id={requestId} name={name} /> },
    { key: 'of', header: text.pipelineOrFlow, grows: true, cell: ({ of }) => <Name>{of}</Name> },
    { key: 'started', header: text.started, cell: ({ startedAt }) => <Time at={startedAt} /> },
    {
      key: 'duration',
      header: text.duration,
      align: 'end',
      cell: ({ durationMs, startedAt }) => <Duration ms={durationMs} since={startedAt} />,
    },
  ];
  return (
    <Panel
      title={text.runsOf(worker.name)}
      aside={<Link href={`/runs?worker=${worker.id}`}>{text.allRuns}</Link>}
      flush
    >
      {worker.pipelines.length > 0 && (
        <ul className={styles['steps']} aria-label={text.steps}>
          {worker.pipelines.map(({ name, steps }) => (
            <li key={name}>
              <Name>{[name, ...(steps.length > 0 ? [steps.map(formatStep).join(' → ')] : [])].join(': ')}</Name>
            </li>
          ))}
        </ul>
      )}
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <EmptyState title={text.noRuns} />}
      {data && data.items.length > 0 && (
        <ShortTable
          label={text.runsOf(worker.name)}
          rows={data.items}
          columns={columns}
          rowKey={({ requestId }) => requestId}
        />
      )}
    </Panel>
  );
}

const formatStep = ({ name, version }: { name: string; version: string | null }): string =>
  version === null ? name : `${name} ${version}`;
