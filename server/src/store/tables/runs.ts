import type { RunState, RunStatus, RunSummary, TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../db/db.js';
import { visibleRunSql, type Access } from './access.js';
import { fileExpirySql } from './files/files.js';
import { lateSql } from './late-sql.js';
import {
  toRunStatus,
  toRunSummary,
  toTaskStatus,
  type OutputRow,
  type RunRecordRow,
  type RunSummaryRow,
  type TaskRow,
} from './run-rows.js';

/** A run's status, sequence number and output. */
export interface RunRecord {
  readonly status: RunStatus;
  /** Increases every time the run changes. */
  readonly sequence: number;
  /** The output of a completed hosted run. */
  readonly output:
    | {
        readonly blob: string;
        readonly extension: string;
        readonly bytes: number;
        readonly sha256: string;
      }
    | undefined;
}

/**
 * SQL that counts the online workers that serve a run, if the run is due and waits for a worker. Workers send a heartbeat every
 * 20 seconds; a worker that has not sent one for 45 seconds is not counted.
 */
const servingWorkers = `case when run.waits is not null and run.scheduled_for <= $2 then (
    select json_build_object('name', count(*), 'version', count(*) filter (where run.version is null or jsonb_path_exists(
      worker.serves, '$[*] ? (@.name == $name && @.version == $version)', jsonb_build_object('name', run.of, 'version', run.version))))
    from worker where worker.account_id = run.account_id and worker.seen_at > $2 - interval '45 seconds'
      and worker.serves @> jsonb_build_array(jsonb_build_object('name', run.of))) end`;

const selectRuns = (columns: string, join = '') => `
  select ${columns}, case when run.served then run.attempt end as attempt, ${servingWorkers} as serving_workers, ${lateSql} as late,
    ${fileExpirySql} as expires_at
  from run left join file on file.id = run.file_id ${join}
  where run.account_id = $1 and (run.file_id is null or file.expires_at > $2)`;

/**
 * Returns SQL that selects a run's tasks.
 *
 * @param omit SQL that is appended to `error`, `progress` and `warnings`, to remove fields from them.
 */
const selectTasks = (runId: string, omit = '') => `
  select key, name, version, model, index, state, attempt, progress ${omit} as progress, after, child_run,
    error ${omit} as error, warnings ${omit} as warnings, usage,
    ${['started_at', 'finished_at'].map(isoTimeColumn).join(', ')}
  from task_run where run_id = ${runId}`;

/** SQL that selects full run records. */
const selectRecords = selectRuns(
  `run.*, file.output_blob, file.output_extension, file.output_bytes, file.output_sha256,
   (select json_agg(task order by task.index) from (${selectTasks('run.id')}) task) as tasks`,
);

/**
 * SQL that selects run summaries. Omits inputs, results, error details and progress data, because each can be a megabyte. Aggregates the
 * tasks instead of listing them, because a run can have thousands.
 */
const selectSummaries = selectRuns(
  `run.id, run.name, run.kind, run.of, run.version, run.state, run.sequence, run.progress - 'data' as progress, run.file_id,
   run.error - 'details' as error, run.parent_id, run.batch_id, run.worker_id, run.created_at, run.started_at, run.finished_at,
   run.served, run.waits, run.priority, run.scheduled_for, run.rerun_of, run.subject, file.tags, tally.*,
   case when run.finished_at is null then array(
     select task_run.name from task_run where run_id = run.id and task_run.state in ('running', 'retrying')
     order by index limit 5) end as current_tasks,
   case when run.kind = 'task' then (
     select jsonb_build_object('state', task_run.state, 'progress', task_run.progress - 'data')
     from task_run where run_id = run.id order by index limit 1) end as first_task`,
  `cross join lateral (
     select jsonb_object_agg(state, tasks) as task_counts, sum(percent_sum) as percent_sum,
       sum(warnings)::int as warning_count
     from (
       select task_run.state, count(*) as tasks, sum((warnings ->> 'count')::int) as warnings,
         sum(case when task_run.state <> 'completed' then (task_run.progress ->> 'percent')::float8 end) as percent_sum
       from task_run where run_id = run.id group by task_run.state) of_state) tally`,
);

function isoTimeColumn(column: string): string {
  return `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;
}

/** Returns a run, or `undefined` if it never existed, was deleted, has expired or is not visible. */
export async function findRun(db: Queryable, access: Access, runId: string, now: Date): Promise<RunRecord | undefined> {
  return (await findRuns(db, access, [runId], now)).get(runId);
}

/** Returns the visible runs among `runIds`, by run id. */
export async function findRuns(
  db: Queryable,
  access: Access,
  runIds: readonly string[],
  now: Date,
): Promise<Map<string, RunRecord>> {
  const params = [access.account, now, runIds];
  const { rows } = await db.query<RunRecordRow>(
    `${selectRecords} and run.id = any($3) and ${visibleRunSql(access, params)}`,
    params,
  );
  return new Map(
    rows.map((row) => [row.id, { status: toRunStatus(row, now), sequence: row.sequence, output: toRunOutput(row) }]),
  );
}

/** Returns the output of a run, or `undefined` if it has no output. */
export function toRunOutput(row: OutputRow): RunRecord['output'] {
  const { output_blob: blob, output_extension: extension, output_bytes: bytes, output_sha256: sha256 } = row;
  if (blob === null || extension === null || bytes === null || sha256 === null) return undefined;
  return { blob, extension, bytes, sha256 };
}

/** Returns summaries of the visible runs among `runIds`, in the order of `runIds`. */
export async function findRunSummaries(
  db: Queryable,
  access: Access,
  runIds: readonly string[],
  now: Date,
): Promise<RunSummary[]> {
  if (runIds.length === 0) return [];
  const params = [access.account, now, runIds];
  const { rows } = await db.query<RunSummaryRow>(
    `${selectSummaries} and run.id = any($3) and ${visibleRunSql(access, params)}`,
    params,
  );
  const summaryById = new Map(rows.map((row) => [row.id, toRunSummary(row, now)]));
  return runIds.flatMap((id) => summaryById.get(id) ?? []);
}

/** Returns a run's summary, or `undefined` in the same cases as {@link findRun}. */
export async function findRunSummary(
  db: Queryable,
  access: Access,
  runId: string,
  now: Date,
): Promise<RunSummary | undefined> {
  return (await findRunSummaries(db, access, [runId], now))[0];
}

/**
 * Returns the tasks of a run, in order, without error details and progress data.
 *
 * @param key If set, only the task with this key is returned.
 */
export async function findTasks(db: Queryable, runId: string, now: Date, key?: string): Promise<TaskStatus[]> {
  const { rows } = await db.query<TaskRow>(
    `${selectTasks('$1', "- '{details,data,items}'::text[]")} and ($2::text is null or key = $2) order by index`,
    [runId, key ?? null],
  );
  return rows.map((row) => toTaskStatus(row, now));
}

/** Returns the account ids of the existing runs among `runIds`, by run id. */
export async function findAccountIdsOfRuns(db: Queryable, runIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.query<{ id: string; account: string }>(
    'select id, account_id as account from run where id = any($1)',
    [runIds],
  );
  return new Map(rows.map(({ id, account }) => [id, account]));
}

interface CurrentState {
  readonly state: RunState;
  readonly sequence: number;
  readonly fileId: string | null;
}

interface CurrentStateRow extends CurrentState {
  readonly id: string;
}

/**
 * Returns a run's state, sequence number and file id, or `undefined` in the same cases as {@link findRun}. Cheaper than reading the full
 * record.
 */
export async function findRunState(
  db: Queryable,
  access: Access,
  runId: string,
  now: Date,
): Promise<CurrentState | undefined> {
  return (await findRunStates(db, access, [runId], now)).get(runId);
}

/** Returns the states, sequence numbers and file ids of the visible runs among `runIds`, by run id. */
export async function findRunStates(
  db: Queryable,
  access: Access,
  runIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, CurrentState>> {
  const params = [access.account, now, runIds];
  const { rows } = await db.query<CurrentStateRow>(
    `select run.id, run.state, run.sequence, run.file_id as "fileId" from run left join file on file.id = run.file_id
     where run.account_id = $1 and (run.file_id is null or file.expires_at > $2) and run.id = any($3)
       and ${visibleRunSql(access, params)}`,
    params,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Returns those of `runIds` whose runs have ended or do not exist. */
export async function findEndedRunIds(db: Queryable, runIds: readonly string[]): Promise<string[]> {
  if (runIds.length === 0) return [];
  const { rows } = await db.query<{ id: string }>(
    `select candidate.id from unnest($1::uuid[]) as candidate (id) where not exists (
       select from run where run.id = candidate.id and state in ('pending', 'running', 'retrying'))`,
    [runIds],
  );
  return rows.map(({ id }) => id);
}

/** Counts an account's unfinished runs, up to `limit`. */
export async function countOpenRuns(db: Queryable, accountId: string, limit: number): Promise<number> {
  const { rows } = await db.query<{ open: number }>(
    'select count(*) as open from (select 1 from run where account_id = $1 and finished_at is null limit $2) open',
    [accountId, limit],
  );
  return rows[0]?.open ?? 0;
}
