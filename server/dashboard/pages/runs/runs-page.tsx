import { useQuery } from '@tanstack/react-query';
import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { api } from '../../data/api.js';
import { queryKeys } from '../../data/query-keys.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { RunLink } from '../../parts/records/links.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { Duration, Time } from '../../parts/records/time.js';
import { VirtualTable, type Column } from '../../parts/tables/virtual-table.js';
import { shellText } from '../../text/shell.js';
import { useText } from '../../text/language.js';

const columns: Column<RunSummary>[] = [
  { key: 'state', header: 'State', width: '120px', cell: (run) => <StateBadge state={run.state} late={run.late} /> },
  {
    key: 'name',
    header: 'Name',
    width: 'minmax(140px, 2fr)',
    cell: (run) => <RunLink id={run.requestId} name={run.name} />,
  },
  { key: 'created', header: 'Created', width: '140px', cell: (run) => <Time at={run.createdAt} /> },
  {
    key: 'duration',
    header: 'Duration',
    width: '100px',
    align: 'end',
    cell: (run) => <Duration ms={run.durationMs} since={run.startedAt} />,
  },
];

export function RunsPage() {
  const text = useText(shellText);
  const { data, error } = useQuery({
    queryKey: queryKeys.runs({}),
    queryFn: ({ signal }) => api<{ items: RunSummary[] }>('/v1/runs', { signal }),
  });
  return (
    <>
      <PageHeader title={text.pages.runs} />
      {error && <ErrorState error={error} />}
      {data && (
        <VirtualTable label={text.pages.runs} rows={data.items} columns={columns} rowKey={(run) => run.requestId} />
      )}
    </>
  );
}
