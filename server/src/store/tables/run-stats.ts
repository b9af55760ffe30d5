import { runStates } from 'millrace/shared/runs/run-state.js';
import type { RunState, RunStatus } from 'millrace/shared/runs/run-status.js';
import type { RunDurations, RunStats } from 'millrace/shared/runs/run-stats.js';
import type { Queryable } from '../db/db.js';
import { seesRun, seesWorker, type Access } from './access.js';

const counts = runStates.map((state) => `count(*) filter (where state = '${state}') as ${state}`).join(', ');

const quantile = (fraction: number, name: string) =>
  `(percentile_cont(${fraction}) within group (order by greatest(0, extract(epoch from finished_at - started_at)))
    filter (where state = 'completed' and started_at is not null) * 1000)::float8 as ${name}`;

const measures = `${counts}, ${quantile(0.5, 'p50')}, ${quantile(0.95, 'p95')}`;

type Measured = Record<RunState, number> & RunDurations;

/** Returns statistics for the visible runs created since `from`. Runs of deleted files are not counted. */
export async function readRunStats(
  db: Queryable,
  access: Access,
  { from, to, bucketSeconds }: { readonly from: Date; readonly to: Date; readonly bucketSeconds: number },
): Promise<Pick<RunStats, 'runs' | 'durations' | 'byOf' | 'buckets'>> {
  const params: unknown[] = [access.account, from];
  const source = `from run where account_id = $1 and created_at >= $2 and ${seesRun(access, params)}`;
  const { rows: all } = await db.query<Measured>(`select ${measures} ${source}`, params);
  const { rows: byOf } = await db.query<Measured & { of: string; kind: RunStatus['kind'] }>(
    `select of, kind, ${measures} ${source} group by of, kind order by count(*) desc, of, kind limit 100`,
    params,
  );
  const { rows: filled } = await db.query<Record<RunState, number> & { bucket: number }>(
    `select floor(extract(epoch from created_at - $2) / $${params.length + 1})::int as bucket, ${counts} ${source} group by 1`,
    [...params, bucketSeconds],
  );
  const byBucket = new Map(filled.map((row) => [row.bucket, row]));
  const length = Math.ceil((to.getTime() - from.getTime()) / (bucketSeconds * 1000));
  return {
    runs: countsOf(all[0]),
    durations: durationsOf(all[0]),
    byOf: byOf.map((row) => ({ of: row.of, kind: row.kind, runs: countsOf(row), durations: durationsOf(row) })),
    buckets: Array.from({ length }, (_, index) => ({
      at: new Date(from.getTime() + index * bucketSeconds * 1000).toISOString(),
      runs: countsOf(byBucket.get(index)),
    })),
  };
}

function countsOf(row: Record<RunState, number> | undefined): Record<RunState, number> {
  return Object.fromEntries(runStates.map((state) => [state, row?.[state] ?? 0])) as Record<RunState, number>;
}

function durationsOf(row: RunDurations | undefined): RunDurations {
  const roundOrNull = (value: number | null | undefined) => (value == null ? null : Math.round(value));
  return { p50: roundOrNull(row?.p50), p95: roundOrNull(row?.p95) };
}

/**
 * Counts the visible workers.
 *
 * @param onlineSince Workers with no heartbeat since this time are offline.
 * @param hiddenSince Workers with no heartbeat since this time are not counted.
 */
export async function countWorkers(
  db: Queryable,
  access: Access,
  onlineSince: Date,
  hiddenSince: Date,
): Promise<RunStats['workers']> {
  const params: unknown[] = [access.account, onlineSince, hiddenSince];
  const { rows } = await db.query<RunStats['workers']>(
    `select count(*) filter (where seen_at > $2) as online, count(*) filter (where seen_at <= $2) as offline
     from worker where account_id = $1 and seen_at > $3 and ${seesWorker(access, params)}`,
    params,
  );
  return rows[0] ?? { online: 0, offline: 0 };
}
