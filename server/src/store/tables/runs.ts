import type { RunState, RunStatus, RunSummary } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../db/db.js';
import { seesRun, type Access } from './access.js';
import { toStatus, toSummary, type RunRow } from './run-rows.js';

/** A run with its status, sequence and output. */
export interface RunRecord {
  readonly status: RunStatus;
  /** Increases every time the run changes. */
  readonly sequence: number;
  /** The output of a completed hosted run. */
  readonly output?: {
    readonly blob: string;
    readonly extension: string;
    readonly bytes: number;
    readonly sha256: string;
  };
}

/** Counts the online workers that serve a run that waits for a worker. A worker asks for runs at least every 25 seconds. */
const servers = `case when run.waits is not null and run.scheduled_for <= $2 then (
    select json_build_object('name', count(*), 'version', count(*) filter (where run.version is null or jsonb_path_exists(
      worker.serves, '$[*] ? (@.name == $name && @.version == $version)', jsonb_build_object('name', run.of, 'version', run.version))))
    from worker where worker.account_id = run.account_id and worker.seen_at > $2 - interval '45 seconds'
      and worker.serves @> jsonb_build_array(jsonb_build_object('name', run.of))) end`;

/** Selects runs with their tasks. @param omit Removes parts of errors, progress and warnings. */
const selectRuns = (columns: string, omit = '') => `
  select ${columns}, case when run.served then run.attempt end as attempt, ${servers} as servers, file.expires_at, file.output_blob, file.output_extension, file.output_bytes, file.output_sha256,
    (select json_agg(task order by task.index) from (
       select key, name, version, model, index, state, attempt, progress ${omit} as progress, after, child_run,
         error ${omit} as error, warnings ${omit} as warnings,
         ${['queued_at', 'started_at', 'finished_at'].map(isoTime).join(', ')}
       from task_run where run_id = run.id) task) as tasks
  from run left join file on file.id = run.file_id
  where run.account_id = $1 and (run.file_id is null or file.expires_at > $2)`;

const select = selectRuns('run.*');
/** Omits inputs, results, warnings and details, which can have a megabyte each. */
const selectSummaries = selectRuns(
  `run.id, run.name, run.kind, run.of, run.version, run.state, run.sequence, run.progress - 'data' as progress, run.file_id,
   run.error - 'details' as error, run.parent_id, run.worker_id, run.created_at, run.started_at, run.finished_at,
   run.served, run.waits, run.priority, run.scheduled_for, run.rerun_of, run.subject`,
  `- '{details,data,items}'::text[]`,
);

function isoTime(column: string): string {
  return `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;
}

/** Returns a run, or `undefined` if it never existed, was deleted, has expired or is not visible. */
export async function findRun(db: Queryable, access: Access, runId: string, now: Date): Promise<RunRecord | undefined> {
  const params = [access.account, now, runId];
  const { rows } = await db.query<RunRow>(`${select} and run.id = $3 and ${seesRun(access, params)}`, params);
  return rows[0] && { status: toStatus(rows[0], now), sequence: rows[0].sequence, ...outputOf(rows[0]) };
}

/** Returns the visible ones of several runs, by id. */
export async function findRuns(
  db: Queryable,
  access: Access,
  runIds: readonly string[],
  now: Date,
): Promise<Map<string, RunRecord>> {
  const params = [access.account, now, runIds];
  const { rows } = await db.query<RunRow>(`${select} and run.id = any($3) and ${seesRun(access, params)}`, params);
  return new Map(rows.map((row) => [row.id, { status: toStatus(row, now), sequence: row.sequence, ...outputOf(row) }]));
}

function outputOf(row: RunRow): Pick<RunRecord, 'output'> {
  const { output_blob: blob, output_extension: extension, output_bytes: bytes, output_sha256: sha256 } = row;
  if (blob === null || extension === null || bytes === null || sha256 === null) return {};
  return { output: { blob, extension, bytes, sha256 } };
}

/** Returns the visible ones of several runs as in a list, in the order of their ids. */
export async function findRunSummaries(
  db: Queryable,
  access: Access,
  runIds: readonly string[],
  now: Date,
): Promise<RunSummary[]> {
  if (runIds.length === 0) return [];
  const params = [access.account, now, runIds];
  const { rows } = await db.query<RunRow>(
    `${selectSummaries} and run.id = any($3) and ${seesRun(access, params)}`,
    params,
  );
  const byId = new Map(rows.map((row) => [row.id, toSummary(row, now)]));
  return runIds.flatMap((id) => byId.get(id) ?? []);
}

/** Returns a run as in a list. */
export async function findRunSummary(
  db: Queryable,
  access: Access,
  runId: string,
  now: Date,
): Promise<RunSummary | undefined> {
  return (await findRunSummaries(db, access, [runId], now))[0];
}

/** Returns the accounts of those runs that exist, by run id. */
export async function findAccountsOfRuns(db: Queryable, runIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.query<{ id: string; account: string }>(
    'select id, account_id as account from run where id = any($1)',
    [runIds],
  );
  return new Map(rows.map(({ id, account }) => [id, account]));
}

interface RunPosition {
  readonly state: RunState;
  readonly sequence: number;
  readonly fileId: string | null;
}

/** Returns only a run's state, sequence and file, which is cheaper than reading the full record. */
export async function findRunState(
  db: Queryable,
  access: Access,
  runId: string,
  now: Date,
): Promise<RunPosition | undefined> {
  const params = [access.account, now, runId];
  const { rows } = await db.query<RunPosition>(
    `select run.state, run.sequence, run.file_id as "fileId" from run left join file on file.id = run.file_id
     where run.account_id = $1 and (run.file_id is null or file.expires_at > $2) and run.id = $3
       and ${seesRun(access, params)}`,
    params,
  );
  return rows[0];
}

/** Returns the ids of the runs that have ended or do not exist. */
export async function findEndedRuns(db: Queryable, runIds: readonly string[]): Promise<string[]> {
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
