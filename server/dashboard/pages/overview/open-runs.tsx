import { useQuery } from '@tanstack/react-query';
import type { RunList } from 'millrace/shared/runs/run-lists.js';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { Link, useLocation } from 'wouter';
import { callApi } from '../../data/api.js';
import { queryKeys } from '../../data/query-keys.js';
import { Panel } from '../../parts/basics/panel.js';
import { escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { RunLink } from '../../parts/records/links.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { Duration } from '../../parts/records/time.js';
import { ShortTable, type ShortColumn } from '../../parts/tables/short-table.js';
import { useText } from '../../text/language.js';
import { overviewText } from '../../text/overview.js';
import styles from './overview.module.css';

const filter = { state: 'pending,running,retrying', sort: 'created', root: true, limit: 100, count: true };
const maxRuns = 8;

/** Fetches up to 100 unfinished root runs, oldest first. Also fetches the number of unfinished root runs, counted up to 10,000. */
export const useOpenRuns = () =>
  useQuery({
    queryKey: queryKeys.runs(filter),
    queryFn: ({ signal }) => callApi<RunList>('/v1/runs', { query: filter, signal }),
  });

/** At most `maxRuns` unfinished runs, late ones first. Shows for each run why it is waiting, its progress message, or its state. */
export function OpenRuns({
  runs,
  total,
}: {
  readonly runs: readonly RunSummary[];
  readonly total: number | undefined;
}) {
  const text = useText(overviewText);
  const [, navigate] = useLocation();
  // the list can include runs that ended while the server read it
  const openRuns = runs.filter(({ state }) => !isFinalState(state));
  const shownRuns = openRuns.toSorted((a, b) => Number(b.late) - Number(a.late)).slice(0, maxRuns);
  const statusTextOf = ({ state, waitsFor, progress }: RunSummary): string => {
    if (waitsFor !== null) return waitsFor;
    if (progress.message !== undefined) return progress.message;
    return text.stateTexts[state as keyof typeof text.stateTexts];
  };
  const columns: ShortColumn<RunSummary>[] = [
    { key: 'state', cell: ({ state, late }) => <StateBadge state={state} late={late} /> },
    { key: 'run', cell: ({ requestId, of }) => <RunLink id={requestId} name={of} /> },
    {
      key: 'status',
      grows: true,
      cell: (run) => <span className={styles['quiet']}>{escapeInvisible(statusTextOf(run))}</span>,
    },
    { key: 'since', align: 'end', cell: ({ createdAt }) => <Duration ms={null} since={createdAt} /> },
  ];
  return (
    <Panel
      title={text.openRuns}
      aside={
        openRuns.length > maxRuns && (
          <Link href="/runs?state=pending,running,retrying&root=true">{text.allOpen(total ?? openRuns.length)}</Link>
        )
      }
    >
      {openRuns.length === 0 ? (
        <p className={styles['quiet']}>{text.noOpenRuns}</p>
      ) : (
        <div className={styles['bleed']}>
          <ShortTable
            label={text.openRuns}
            rows={shownRuns}
            columns={columns}
            rowKey={({ requestId }) => requestId}
            onOpen={({ requestId }) => navigate(`/runs/${requestId}`)}
          />
        </div>
      )}
    </Panel>
  );
}
