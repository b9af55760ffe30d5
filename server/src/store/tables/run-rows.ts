import { completedProgress, runProgress } from 'millrace/shared/runs/run-progress.js';
import { overallStatus } from 'millrace/shared/runs/run-state.js';
import type {
  Progress,
  RunError,
  RunState,
  RunStatus,
  RunSummary,
  TaskStatus,
} from 'millrace/shared/runs/run-status.js';
import { limitWarnings, type RunWarning } from 'millrace/shared/runs/run-warning.js';
import type { Json } from 'millrace/shared/types/json.js';

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
  /** In a list, without `items`. */
  warnings: { readonly items?: readonly Omit<RunWarning, 'module'>[]; readonly count: number } | null;
}

export interface RunRow {
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
  subject: string | null;
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
  waits: 'time' | 'worker' | null;
  priority: number;
  scheduled_for: Date | null;
  rerun_of: string | null;
  /** `null` if the run is not served. */
  attempt: number | null;
  /** For a run that waits for a worker: how many serve its name, and how many of these its version. */
  servers: { readonly name: number; readonly version: number } | null;
  tasks: TaskRow[] | null;
}

/** A pending run is late if no worker has started it within this time, in milliseconds. */
export const lateMs = 15_000;

const noProgress: Progress = { current: 0, total: null, percent: null };

export function toStatus(row: RunRow, now: Date): RunStatus {
  const { subject: _, ...summary } = toSummary(row, now);
  const warnings = (row.tasks ?? []).flatMap(({ name, warnings }) =>
    (warnings?.items ?? []).map((warning) => ({ ...warning, module: name })),
  );
  return {
    ...summary,
    input: row.input,
    result: row.result,
    warnings: limitWarnings(warnings, summary.warningCount),
  };
}

export function toSummary(row: RunRow, now: Date): RunSummary {
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
    waitsFor: waitsFor(row, now),
    attempt: row.attempt,
    priority: row.priority,
    scheduledFor: row.scheduled_for?.toISOString() ?? null,
    rerunOf: row.rerun_of,
    progress:
      row.kind === 'hosted'
        ? progressOf(row.state, tasks)
        : runProgress({ kind: row.kind, state: row.state, progress: row.progress ?? noProgress }, statuses),
    tasks: statuses,
    overallStatus: overallStatus(row.state),
    processStatus: Object.fromEntries(tasks.map((task) => [task.key, task.state === 'completed'])),
    fileId: row.file_id,
    subject: row.subject,
    error: row.error,
    warningCount: tasks.reduce((sum, { warnings }) => sum + (warnings?.count ?? 0), 0),
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
  if (row.scheduled_for) return row.waits !== null && now.getTime() - row.scheduled_for.getTime() > lateMs;
  if (row.kind !== 'hosted') return row.state === 'pending' && now.getTime() - row.created_at.getTime() > lateMs;
  const waiting = tasks.find((task) => task.state === 'pending' && task.queued_at !== null);
  const since = row.state === 'pending' || row.state === 'running' ? waiting?.queued_at : null;
  return since ? now.getTime() - Date.parse(since) > lateMs : false;
}

/** Returns in words why no worker has taken a served run. */
function waitsFor({ waits, of, version, scheduled_for, servers }: RunRow, now: Date): string | null {
  if (waits === null || scheduled_for === null) return null;
  if (scheduled_for > now) return `it is scheduled for ${scheduled_for.toISOString()}`;
  if (!servers || servers.name === 0) return `no worker serves '${of}'`;
  if (servers.version === 0) return `no worker serves version '${version}' of '${of}', which began the run`;
  return servers.version === 1
    ? `the worker that serves '${of}' is busy`
    : `all ${servers.version} workers that serve '${of}' are busy`;
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
