import { runStates } from 'millrace/shared/runs/run-state.js';
import type { RunState, RunStatus } from 'millrace/shared/runs/run-status.js';
import type { PipelineSummary, RunDurations, RunMeasures, RunStats } from 'millrace/shared/runs/run-stats.js';
import type { Queryable } from '../db/db.js';
import { visibleRunSql, visibleWorkerSql, type Access } from './access.js';

const countColumns = runStates.map((state) => `count(*) filter (where state = '${state}') as ${state}`).join(', ');

const quantileColumn = (fraction: number, name: string) =>
  `(percentile_cont(${fraction}) within group (order by greatest(0, extract(epoch from finished_at - started_at)))
    filter (where state = 'completed' and started_at is not null) * 1000)::float8 as ${name}`;

const measureColumns = `${countColumns}, ${quantileColumn(0.5, 'p50')}, ${quantileColumn(0.95, 'p95')}`;

type Counts = Record<RunState, number>;

/** The measures of one pipeline, flow or task, or of all of them together if `of` and `kind` are `null`. */
interface MeasureRow extends Counts, RunDurations {
  readonly of: string | null;
  readonly kind: RunStatus['kind'] | null;
  /** `null` if no run has a version. */
  readonly versions: string[] | null;
}

interface TimeSpan {
  readonly from: Date;
  /** The exclusive end. @default no end */
  readonly to?: Date;
}

interface MeasuredRuns extends TimeSpan {
  /** The names to measure separately, without a limit. @default the {@link maxMeasuredNames} with the most runs */
  readonly names?: readonly (string | null)[];
}

/** Maximum number of pipelines, flows and tasks that are measured separately. If there are more, those with the most runs are chosen. */
const maxMeasuredNames = 100;

/**
 * Measures the visible runs created within a time span. The first row covers all of them. Each further row covers one pipeline, flow or
 * task; those with the most runs come first.
 */
async function measureRuns(
  db: Queryable,
  access: Access,
  { from, to, names }: MeasuredRuns,
): Promise<[MeasureRow, ...MeasureRow[]]> {
  const params: unknown[] = [access.account, from];
  const until = to ? ` and created_at < $${params.push(to)}` : '';
  const having = names ? `having grouping(of) = 1 or of = any($${params.push(names)})` : '';
  const limit = names ? '' : `limit ${maxMeasuredNames + 1}`;
  const { rows } = await db.query<MeasureRow>(
    `select of, kind, ${measureColumns}, array_agg(distinct version) filter (where version is not null) as versions
     from run where account_id = $1 and created_at >= $2${until} and ${visibleRunSql(access, params)}
     group by grouping sets ((), (of, kind)) ${having} order by grouping(of) desc, count(*) desc, of, kind ${limit}`,
    params,
  );
  return rows as [MeasureRow, ...MeasureRow[]];
}

/**
 * Returns statistics for the visible runs created at or after `from`, and for those created in the preceding time span, which is as long
 * as the span between `from` and `to`. Deleted runs, including those of deleted files, are not counted.
 */
export async function readRunStats(
  db: Queryable,
  access: Access,
  { from, to, bucketSeconds }: { readonly from: Date; readonly to: Date; readonly bucketSeconds: number },
): Promise<Pick<RunStats, 'runs' | 'durations' | 'byOf' | 'before' | 'buckets'>> {
  const [all, ...byOf] = await measureRuns(db, access, { from });
  const previousFrom = new Date(2 * from.getTime() - to.getTime());
  const names = byOf.map(({ of }) => of);
  const [before, ...byOfBefore] = await measureRuns(db, access, { from: previousFrom, to: from, names });
  const durationsBeforeByKey = new Map(byOfBefore.map((row) => [`${row.kind} ${row.of}`, toDurations(row)]));
  const params: unknown[] = [access.account, from];
  const { rows: bucketRows } = await db.query<Counts & { bucket: number }>(
    `select floor(extract(epoch from created_at - $2) / $${params.push(bucketSeconds)})::int as bucket, ${countColumns}
     from run where account_id = $1 and created_at >= $2 and ${visibleRunSql(access, params)} group by 1`,
    params,
  );
  const countsByBucket = new Map(bucketRows.map((row) => [row.bucket, row]));
  const bucketCount = Math.ceil((to.getTime() - from.getTime()) / (bucketSeconds * 1000));
  return {
    ...toMeasures(all),
    byOf: byOf.map((row) => ({
      of: row.of as string,
      kind: row.kind as RunStatus['kind'],
      ...toMeasures(row),
      before: durationsBeforeByKey.get(`${row.kind} ${row.of}`) ?? { p50: null, p95: null },
    })),
    before: toMeasures(before),
    buckets: Array.from({ length: bucketCount }, (_, index) => ({
      at: new Date(from.getTime() + index * bucketSeconds * 1000).toISOString(),
      runs: toCounts(countsByBucket.get(index)),
    })),
  };
}

/** The newest visible run of a pipeline, flow or task. */
interface NewestRun {
  /** The 1-based position of the pipeline, flow or task in the list that the query receives. */
  readonly position: number;
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly created_at: Date;
  /** In milliseconds; `null` if the run has not started or has not ended. */
  readonly duration: number | null;
  /** The names of a hosted run's modules; empty for other runs. */
  readonly modules: string[];
}

/**
 * Returns the pipelines, flows and tasks with visible runs created at or after `from`, most runs first: the {@link maxMeasuredNames} with
 * the most runs, and any others that are listed in `servedNames`. The caller must fill in `servedBy`.
 */
export async function readPipelines(
  db: Queryable,
  access: Access,
  from: Date,
  servedNames: readonly string[],
): Promise<PipelineSummary[]> {
  const [, ...byOf] = await measureRuns(db, access, { from });
  if (byOf.length === maxMeasuredNames) {
    const chosenNames = new Set(byOf.map(({ of }) => of));
    const names = servedNames.filter((name) => !chosenNames.has(name));
    const [, ...others] = names.length > 0 ? await measureRuns(db, access, { from, names }) : [];
    byOf.push(...others);
  }
  const params: unknown[] = [access.account, byOf.map(({ of }) => of), byOf.map(({ kind }) => kind)];
  const { rows } = await db.query<NewestRun>(
    `select position, run.id, run.name, run.state, run.created_at,
       (extract(epoch from run.finished_at - run.started_at) * 1000)::float8 as duration,
       array(select name from task_run where run_id = run.id and run.kind = 'hosted' order by index) as modules
     from unnest($2::text[], $3::text[]) with ordinality chosen (of, kind, position) cross join lateral (
       select * from run where account_id = $1 and run.of = chosen.of and run.kind = chosen.kind and ${visibleRunSql(access, params)}
       order by created_at desc, id limit 1) run`,
    params,
  );
  const newestRunByPosition = new Map(rows.map((row) => [row.position, row]));
  return byOf.map((row, index) => toPipeline(row, newestRunByPosition.get(index + 1)));
}

function toPipeline(row: MeasureRow, newestRun: NewestRun | undefined): PipelineSummary {
  const { runs, durations } = toMeasures(row);
  const completedOrFailedCount = runs.completed + runs.failed + runs.crashed;
  return {
    of: row.of as string,
    kind: row.kind,
    modules: row.kind === 'hosted' ? (newestRun?.modules ?? []) : null,
    versions: row.versions ?? [],
    servedBy: [],
    lastRun: newestRun
      ? {
          requestId: newestRun.id,
          name: newestRun.name,
          state: newestRun.state,
          createdAt: newestRun.created_at.toISOString(),
          durationMs: newestRun.duration === null ? null : Math.max(0, Math.round(newestRun.duration)),
        }
      : null,
    runs,
    successRate: completedOrFailedCount === 0 ? null : runs.completed / completedOrFailedCount,
    durations,
  };
}

function toMeasures(row: MeasureRow): RunMeasures {
  return { runs: toCounts(row), durations: toDurations(row) };
}

export const createZeroCounts = (): Counts => toCounts(undefined);

function toCounts(row: Counts | undefined): Counts {
  return Object.fromEntries(runStates.map((state) => [state, row?.[state] ?? 0])) as Counts;
}

function toDurations(row: RunDurations): RunDurations {
  const roundOrNull = (value: number | null) => (value === null ? null : Math.round(value));
  return { p50: roundOrNull(row.p50), p95: roundOrNull(row.p95) };
}

/**
 * Counts the visible workers.
 *
 * @param onlineSince Workers last seen at or before this time are offline.
 * @param hiddenSince Workers last seen at or before this time are not counted.
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
     from worker where account_id = $1 and seen_at > $3 and ${visibleWorkerSql(access, params)}`,
    params,
  );
  return rows[0] ?? { online: 0, offline: 0 };
}
