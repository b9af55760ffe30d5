import { completedProgress, runProgress } from 'millrace/shared/runs/run-progress.js';
import { overallStatus } from 'millrace/shared/runs/run-state.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { Progress, RunError, RunState, RunStatus, TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../db/db.js';

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

interface RunFilter {
  readonly state?: readonly string[];
  readonly of?: string;
  readonly kind?: string;
  readonly name?: string;
  /** Only runs executed by this worker. */
  readonly worker?: string;
  /** Only runs created at or after this time. */
  readonly since?: Date;
  readonly limit: number;
  /** The creation time and id of the previous page's last run. The page starts after that run. */
  readonly after?: { readonly createdAt: string; readonly id: string };
}

interface TaskRow {
  key: string;
  name: string;
  version: string | null;
  model: string | null;
  index: number;
  state: TaskStatus['state'];
  attempt: number;
  progress: Progress | null;
  after: string[];
  child_run: string | null;
  queued_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  error: RunError | null;
}

interface RunRow {
  id: string;
  name: string;
  kind: RunStatus['kind'];
  of: string;
  version: string | null;
  state: RunState;
  sequence: number;
  /** The progress reported by the program for the run itself. */
  progress: Progress | null;
  file_id: string | null;
  input: Json;
  result: Json;
  error: RunError | null;
  parent_id: string | null;
  worker_id: string | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  expires_at: Date | null;
  output_blob: string | null;
  output_extension: string | null;
  output_bytes: number | null;
  output_sha256: string | null;
  cursor: string;
  tasks: TaskRow[] | null;
}

/** A pending run is late if no worker has started it within this time, in milliseconds. */
const lateMs = 15_000;

const noProgress: Progress = { current: 0, total: null, percent: null };

const select = `
  select run.*, file.expires_at, file.output_blob, file.output_extension, file.output_bytes, file.output_sha256, run.created_at::text as cursor,
    (select json_agg(task order by task.index) from (
       select key, name, version, model, index, state, attempt, progress, after, child_run, error,
         ${['queued_at', 'started_at', 'finished_at'].map(isoTime).join(', ')}
       from task_run where run_id = run.id) task) as tasks
  from run left join file on file.id = run.file_id
  where run.account_id = $1 and (run.file_id is null or file.expires_at > $2)`;

function isoTime(column: string): string {
  return `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;
}

/** Returns an account's run, or `undefined` if it never existed, was deleted or has expired. */
export async function findRun(
  db: Queryable,
  accountId: string,
  runId: string,
  now: Date,
): Promise<RunRecord | undefined> {
  const { rows } = await db.query<RunRow>(`${select} and run.id = $3`, [accountId, now, runId]);
  return rows[0] && { status: toStatus(rows[0], now), sequence: rows[0].sequence, ...outputOf(rows[0]) };
}

function outputOf(row: RunRow): Pick<RunRecord, 'output'> {
  const { output_blob: blob, output_extension: extension, output_bytes: bytes, output_sha256: sha256 } = row;
  if (blob === null || extension === null || bytes === null || sha256 === null) return {};
  return { output: { blob, extension, bytes, sha256 } };
}

/** Returns only a run's state and sequence, which is cheaper than reading the full record. */
export async function findRunState(
  db: Queryable,
  accountId: string,
  runId: string,
  now: Date,
): Promise<{ readonly state: RunState; readonly sequence: number } | undefined> {
  const { rows } = await db.query<{ state: RunState; sequence: number }>(
    `select run.state, run.sequence from run left join file on file.id = run.file_id
     where run.account_id = $1 and (run.file_id is null or file.expires_at > $2) and run.id = $3`,
    [accountId, now, runId],
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

/** Returns a page of an account's runs, newest first. */
export async function listRuns(
  db: Queryable,
  accountId: string,
  filter: RunFilter,
  now: Date,
): Promise<{ items: RunStatus[]; next: RunFilter['after'] | undefined }> {
  const params: unknown[] = [accountId, now];
  const bind = (value: unknown) => `$${params.push(value)}`;
  const conditions = [
    filter.state && `run.state = any(${bind(filter.state)})`,
    filter.of !== undefined && `run.of = ${bind(filter.of)}`,
    filter.kind !== undefined && `run.kind = ${bind(filter.kind)}`,
    filter.name !== undefined && `run.name = ${bind(filter.name)}`,
    filter.worker !== undefined && `run.worker_id = ${bind(filter.worker)}`,
    filter.since && `run.created_at >= ${bind(filter.since)}`,
    filter.after &&
      `(run.created_at, run.id) < (${bind(filter.after.createdAt)}::timestamptz, ${bind(filter.after.id)}::uuid)`,
  ].filter((condition) => typeof condition === 'string');
  const { rows } = await db.query<RunRow>(
    `${select} ${conditions.map((condition) => `and ${condition}`).join(' ')}
     order by run.created_at desc, run.id desc limit ${bind(filter.limit + 1)}`,
    params,
  );
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  const next = rows.length > filter.limit && last ? { createdAt: last.cursor, id: last.id } : undefined;
  return { items: page.map((row) => toStatus(row, now)), next };
}

function toStatus(row: RunRow, now: Date): RunStatus {
  const tasks = row.tasks ?? [];
  const statuses = tasks.map((task) => toTaskStatus(task, now));
  return {
    requestId: row.id,
    name: row.name,
    kind: row.kind,
    of: row.of,
    version: row.version,
    state: row.state,
    late: isLate(row, tasks, now),
    progress:
      row.kind === 'hosted'
        ? progressOf(row.state, tasks)
        : runProgress({ kind: row.kind, state: row.state, progress: row.progress ?? noProgress }, statuses),
    tasks: statuses,
    overallStatus: overallStatus(row.state),
    processStatus: Object.fromEntries(tasks.map((task) => [task.key, task.state === 'completed'])),
    fileId: row.file_id,
    input: row.input,
    result: row.result,
    error: row.error,
    parent: row.parent_id,
    worker: row.worker_id,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    durationMs: duration(row.started_at, row.finished_at, now),
    expiresAt: row.expires_at?.toISOString() ?? null,
  };
}

function toTaskStatus(task: TaskRow, now: Date): TaskStatus {
  return {
    key: task.key,
    name: task.name,
    version: task.version,
    model: task.model,
    index: task.index,
    state: task.state,
    attempt: task.attempt,
    progress: task.state === 'completed' ? completedProgress(task.progress) : task.progress,
    after: task.after,
    childRun: task.child_run,
    startedAt: task.started_at,
    finishedAt: task.finished_at,
    durationMs: duration(task.started_at, task.finished_at, now),
    error: task.error,
  };
}

function isLate(row: RunRow, tasks: readonly TaskRow[], now: Date): boolean {
  if (row.kind !== 'hosted') return row.state === 'pending' && now.getTime() - row.created_at.getTime() > lateMs;
  const waiting = tasks.find((task) => task.state === 'pending' && task.queued_at !== null);
  const since = row.state === 'pending' || row.state === 'running' ? waiting?.queued_at : null;
  return since ? now.getTime() - Date.parse(since) > lateMs : false;
}

/** Returns the run's progress as a number of tasks. The percentage is 100 if and only if the run is completed. */
function progressOf(state: RunState, tasks: readonly TaskRow[]): Progress {
  const done = tasks.filter((task) => task.state === 'completed').length;
  if (state === 'completed') return { current: done, total: tasks.length, percent: 100 };
  const partial = tasks.reduce(
    (sum, task) => sum + (task.state === 'running' ? (task.progress?.percent ?? 0) / 100 : 0),
    0,
  );
  const percent = tasks.length === 0 ? null : Math.min(99, Math.floor((100 * (done + partial)) / tasks.length));
  return { current: done, total: tasks.length, percent };
}

function duration(from: Date | string | null, to: Date | string | null, now: Date): number | null {
  if (from === null) return null;
  return Math.max(0, (to === null ? now : new Date(to)).getTime() - new Date(from).getTime());
}
