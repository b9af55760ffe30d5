import type { Json } from 'millrace/shared/types/json.js';
import type { Progress, RunError, RunState, RunStatus, TaskStatus } from 'millrace/shared/runs/run-status.js';
import { getCallerKeyId } from '../db/caller.js';
import type { Queryable } from '../db/db.js';
import { visibleRunSql, visibleWorkerSql, type Access } from './access.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';

/** The reporter id that all wpipe programs share, because they do not send one. It does not identify the program that sent a request. */
export const wpipeReporter = '77706970-6500-8000-8000-000000000000';

/** A new run reported by a program. */
export interface NewReportedRun {
  readonly id: string;
  readonly kind: Exclude<RunStatus['kind'], 'hosted'>;
  readonly of: string;
  readonly version: string | null;
  readonly name: string;
  readonly input: Json;
  readonly parent: string | null;
  readonly worker: string | null;
  /** ISO 8601 timestamp, from the program's clock if its protocol sends times. */
  readonly createdAt: string;
}

/** The locked row of a reported run, with the columns needed to apply events. */
export interface ReportedRunRow {
  readonly id: string;
  readonly kind: Exclude<RunStatus['kind'], 'hosted'>;
  state: RunState;
  progress: Progress | null;
  result: Json;
  /** The result in restorable form, if `result` only describes it. */
  output: Json;
  error: RunError | null;
  startedAt: string | null;
  finishedAt: string | null;
  reportedSequence: number;
  logLines: number;
  /** The recorded size of the run's tasks, in characters. See `eventLimits.recordCharacters`. */
  recordCharacters: number;
  reporter: string | null;
  /** Whether workers claim the run. If so, only the worker process that has claimed it can report it. */
  readonly served: boolean;
  cancelRequested: boolean;
  /** Whether the request's key may change the run, regardless of which program reports it. */
  readonly canChange: boolean;
}

export interface ReportedTaskRow extends TaskStatus {
  readonly runId: string;
  /** See `RecordedCall`. `began` is `null` if the task run has not started. */
  readonly digest: string | null;
  readonly began: number | null;
  readonly ended: number | null;
}

/** A new or changed task run. */
export interface ReportedTaskChange extends ReportedTaskRow {
  readonly outputChange: 'set' | 'removed' | 'unchanged';
  /** The new output, if `outputChange` is `set`. */
  readonly output?: Json;
}

/**
 * Returns SQL that reads rows from an array parameter whose elements are JSON objects. With a single JSON array instead, the planner would
 * expect a hundred rows instead of ten, and would read whole tables.
 */
function unnestEntries(parameter: string, columns: string): string {
  return `unnest(${parameter}::jsonb[]) item cross join lateral jsonb_to_record(item) as entry (${columns})`;
}

/** Inserts new runs. If a run's id already exists, in any account, the existing run is left unchanged. */
export async function insertReportedRuns(
  tx: Queryable,
  access: Access,
  reporter: string | null,
  runs: readonly NewReportedRun[],
  now: Date,
): Promise<void> {
  if (runs.length === 0) return;
  const params: unknown[] = [access.account, reporter, now, toStorableJson(runs), getCallerKeyId()];
  const { rows } = await tx.query<{ id: string }>(
    `insert into run (id, account_id, kind, of, version, name, state, sequence, input, worker_id, created_at, reporter, seen_at, key_id)
     select id, $1, kind, of, version, name, 'pending', 0, input,
       (select worker.id from worker where worker.id = entry.worker and account_id = $1 and ${visibleWorkerSql(access, params)}), "createdAt", $2, $3, $5
     from jsonb_to_recordset($4) as entry
       (id uuid, kind text, of text, version text, name text, input jsonb, worker uuid, "createdAt" timestamptz)
     on conflict (id) do nothing returning id`,
    params,
  );
  // a parent can be in the same request, so parents are set once all runs exist; parents that are neither new nor visible are ignored
  const newIds = new Set(rows.map((row) => row.id));
  const children = runs.filter(({ id, parent }) => parent !== null && parent !== id && newIds.has(id));
  if (children.length === 0) return;
  const visibleIds = await findVisibleRuns(
    tx,
    access,
    children.map(({ parent }) => parent),
  );
  await tx.query(
    `update run set parent_id = entry.parent from ${unnestEntries('$1', 'id uuid, parent uuid')}
     where run.id = entry.id and entry.parent = any($2)`,
    [children.map((child) => toStorableJson(child)), [...newIds, ...visibleIds]],
  );
}

/** Returns the ids of the visible runs among `ids`. */
export async function findVisibleRuns(
  db: Queryable,
  access: Access,
  ids: readonly (string | null)[],
): Promise<string[]> {
  const params: unknown[] = [access.account, ids];
  const { rows } = await db.query<{ id: string }>(
    `select id from run where account_id = $1 and id = any($2) and ${visibleRunSql(access, params)}`,
    params,
  );
  return rows.map(({ id }) => id);
}

/** Locks the visible reported runs among `ids` until the transaction ends, and returns them by id. */
export async function lockReportedRuns(
  tx: Queryable,
  access: Access,
  ids: readonly string[],
): Promise<Map<string, ReportedRunRow>> {
  const params: unknown[] = [access.account, ids, access.ownKeyId];
  const { rows } = await tx.query<ReportedRunRow & RunTimes>(
    `select id, kind, state, progress, result, output, error, started_at as "startedAt", finished_at as "finishedAt",
       log_lines as "logLines", reported_sequence as "reportedSequence", reporter, served,
       record_characters as "recordCharacters",
       cancel_requested_at is not null as "cancelRequested",
       ($3::uuid is null or key_id is not distinct from $3) as "canChange"
     from run where account_id = $1 and id = any($2) and kind <> 'hosted' and ${visibleRunSql(access, params)}
     order by id for update`,
    params,
  );
  return new Map(rows.map((row) => [row.id, { ...row, ...toIsoStrings(row) }]));
}

/** Returns task runs of the given locked runs: for each run, those with one of its `keys`, or all if `keys` is omitted. */
export async function readReportedTasks(
  tx: Queryable,
  runs: readonly { readonly runId: string; readonly keys?: readonly string[] }[],
): Promise<ReportedTaskRow[]> {
  const wholeRuns = runs.filter(({ keys }) => !keys).map(({ runId }) => runId);
  const singleTasks = runs.flatMap(({ runId, keys = [] }) => keys.map((key) => ({ runId, key })));
  if (wholeRuns.length + singleTasks.length === 0) return [];
  const { rows } = await tx.query<Omit<ReportedTaskRow, 'model' | 'durationMs'> & RunTimes>(
    // `offset 0` makes PostgreSQL look up each run instead of reading all task runs
    `select run_id as "runId", key, index, name, version, after, state, attempt, progress, child_run as "childRun",
       started_at as "startedAt", finished_at as "finishedAt", error, digest, began, ended
     from (
       select task.* from unnest($1::uuid[]) whole (id)
       cross join lateral (select * from task_run where run_id = whole.id offset 0) task
       union all
       select task.* from (select distinct id, key from unnest($2::uuid[], $3::text[]) entry (id, key)) single
       cross join lateral (select * from task_run where run_id = single.id and key = single.key offset 0) task
     ) task order by run_id, index`,
    [wholeRuns, singleTasks.map(({ runId }) => runId), singleTasks.map(({ key }) => key)],
  );
  return rows.map((row) => ({ ...row, ...toIsoStrings(row), model: null, durationMs: null }));
}

interface RunTimes {
  startedAt: Date | null;
  finishedAt: Date | null;
}

function toIsoStrings({ startedAt, finishedAt }: RunTimes) {
  return { startedAt: startedAt?.toISOString() ?? null, finishedAt: finishedAt?.toISOString() ?? null };
}

/** Updates or inserts task runs. A new task run is ignored if its index is already taken. */
export async function saveReportedTasks(tx: Queryable, tasks: readonly ReportedTaskChange[]): Promise<void> {
  if (tasks.length === 0) return;
  const columns = `"runId" uuid, key text, index int, name text, version text, after jsonb, state text, attempt int,
    progress jsonb, "childRun" uuid, "startedAt" timestamptz, "finishedAt" timestamptz, error jsonb, "outputChange" text, output jsonb,
    digest text, began bigint, ended bigint`;
  // `jsonb_to_record` converts a JSON null to an SQL null, which would mean that there is no output
  const output = `case entry."outputChange" when 'set' then coalesce(entry.output, 'null')`;
  await tx.query(
    `with entry as (
       select entry.* from ${unnestEntries('$1', columns)}
     ), changed as (
       update task_run set name = entry.name, version = entry.version, after = entry.after, state = entry.state,
         attempt = entry.attempt, progress = entry.progress, child_run = entry."childRun",
         started_at = entry."startedAt", finished_at = entry."finishedAt", error = entry.error,
         output = ${output} when 'unchanged' then task_run.output end,
         digest = entry.digest, began = entry.began, ended = entry.ended
       from entry where task_run.run_id = entry."runId" and task_run.key = entry.key returning task_run.run_id, task_run.key
     )
     insert into task_run (run_id, key, index, name, version, after, state, attempt, progress, child_run, started_at,
       finished_at, error, output, digest, began, ended)
     select "runId", key, index, name, version, after, state, attempt, progress, "childRun", "startedAt", "finishedAt",
       error, ${output} end, digest, began, ended
     from entry where ("runId", key) not in (select run_id, key from changed)
     on conflict do nothing`,
    [tasks.map((task) => toStorableJson(task))],
  );
}

/** Saves changed runs, and records a heartbeat for each. Returns their new sequence numbers and states. */
export async function saveReportedRuns(
  tx: Queryable,
  runs: readonly ReportedRunRow[],
  now: Date,
): Promise<{ id: string; sequence: number; state: RunState }[]> {
  const { rows } = await tx.query<{ id: string; sequence: number; state: RunState }>(
    `update run set state = entry.state, progress = entry.progress, result = entry.result, output = entry.output,
       error = entry.error,
       started_at = entry."startedAt", finished_at = entry."finishedAt", reported_sequence = entry."reportedSequence",
       log_lines = entry."logLines", record_characters = entry."recordCharacters", reporter = entry.reporter,
       cancel_requested_at = case when entry."cancelRequested" then cancel_requested_at end,
       seen_at = $2, sequence = sequence + 1
     from ${unnestEntries(
       '$1',
       `id uuid, state text, progress jsonb, result jsonb, output jsonb, error jsonb, "startedAt" timestamptz, "finishedAt" timestamptz,
       "reportedSequence" bigint, "logLines" int, "recordCharacters" bigint, reporter uuid, "cancelRequested" bool`,
     )}
     where run.id = entry.id returning run.id, run.sequence, run.state`,
    [runs.map((run) => toStorableJson(run)), now],
  );
  return rows;
}

/**
 * Records a heartbeat for unfinished reported runs. Skips runs that the request's key may not change, unless `reporter` is the run's
 * reporter and identifies a single program.
 *
 * @param reporter Selects runs with this reporter or without a reporter, or all runs if `null`. Does not apply to served runs.
 * @param claimedBy Selects the served runs that this process has claimed, even if the request's key may not change them.
 */
export async function touchReportedRuns(
  tx: Queryable,
  access: Access,
  reporter: string | null,
  runs: { readonly ids: readonly string[] } | { readonly workerId: string },
  now: Date,
  claimedBy: string | null = reporter,
): Promise<void> {
  const [condition, value] = 'ids' in runs ? ['id = any($3)', runs.ids] : ['worker_id = $3', runs.workerId];
  const params: unknown[] = [access.account, reporter, value, now, access.ownKeyId, claimedBy];
  await tx.query(
    `update run set seen_at = $4 where account_id = $1 and ${condition} and kind <> 'hosted' and finished_at is null
       and case when served then waits is null and reporter = $6 else ($2::uuid is null or reporter is null or reporter = $2)
         and ($5::uuid is null or key_id = $5 or (reporter = $2 and reporter <> '${wpipeReporter}')) end and ${visibleRunSql(access, params)}`,
    params,
  );
}
