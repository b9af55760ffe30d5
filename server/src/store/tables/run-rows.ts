import {
  completeProgress,
  averageTaskPercent,
  computeRunProgress,
  tallyTasks,
  type TaskTally,
} from 'millrace/shared/runs/run-progress.js';
import { getOverallStatus } from 'millrace/shared/runs/run-state.js';
import type {
  Progress,
  RunError,
  RunState,
  RunStatus,
  RunSummary,
  TaskStatus,
} from 'millrace/shared/runs/run-status.js';
import type { Usage } from 'millrace/shared/runs/usage.js';
import { limitWarnings, type RunWarning } from 'millrace/shared/runs/run-warning.js';
import type { Json } from 'millrace/shared/types/json.js';

export interface TaskRow {
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
  started_at: string | null;
  finished_at: string | null;
  error: RunError | null;
  warnings: { readonly items: readonly Omit<RunWarning, 'module'>[]; readonly count: number } | null;
  usage: Usage | null;
}

/** The columns that summaries and full records of runs share. */
interface RunRow {
  id: string;
  name: string;
  kind: RunStatus['kind'];
  of: string;
  version: string | null;
  state: RunState;
  sequence: number;
  /** The progress that the program reported for the run itself; `null` if it reported none. */
  progress: Progress | null;
  file_id: string | null;
  subject: string | null;
  error: RunError | null;
  parent_id: string | null;
  batch_id: string | null;
  worker_id: string | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  expires_at: Date | null;
  waits: 'time' | 'worker' | null;
  priority: number;
  scheduled_for: Date | null;
  /** See {@link RunStatus.late}. */
  late: boolean;
  rerun_of: string | null;
  /** The number of times that workers have claimed the run; `null` for runs that workers do not claim. */
  attempt: number | null;
  /**
   * For a run that is due and waits for a worker: `name` is the number of online workers that serve its pipeline, flow or task, and
   * `version` is the number of those that can also serve the run's version. `null` for other runs.
   */
  serving_workers: { readonly name: number; readonly version: number } | null;
}

/** The columns of `file` that describe a run's output. */
export interface OutputRow {
  output_blob: string | null;
  output_extension: string | null;
  output_bytes: number | null;
  output_sha256: string | null;
}

/** A run with its input, result, tasks and output. */
export interface RunRecordRow extends RunRow, OutputRow {
  input: Json;
  result: Json;
  tasks: TaskRow[] | null;
}

/** A run with a summary of its tasks, for lists. */
export interface RunSummaryRow extends RunRow {
  task_counts: Partial<RunSummary['taskCounts']>;
  current_tasks: string[] | null;
  /** See {@link TaskTally.percentSum}. */
  percent_sum: number | null;
  /** The first task of a run of kind `task`; `null` for other runs. */
  first_task: { readonly state: TaskStatus['state']; readonly progress: Progress | null } | null;
  warning_count: number | null;
  /** The tags of the run's file. */
  tags: RunSummary['fileTags'] | null;
}

const noProgress: Progress = { current: 0, total: null, percent: null };

/** A summary of a run's tasks, computed from the tasks or by the database. */
interface TaskSummary extends TaskTally {
  readonly warningCount: number;
}

export function toRunStatus(row: RunRecordRow, now: Date): RunStatus {
  const rows = row.tasks ?? [];
  const tasks = rows.map((task) => toTaskStatus(task, now));
  const warnings = rows.flatMap(({ name, warnings }) =>
    (warnings?.items ?? []).map((warning) => ({ ...warning, module: name })),
  );
  const warningCount = rows.reduce((sum, { warnings }) => sum + (warnings?.count ?? 0), 0);
  return {
    ...commonFields(row, { ...tallyTasks(tasks), warningCount }, now),
    tasks,
    processStatus: Object.fromEntries(tasks.map((task) => [task.key, task.state === 'completed'])),
    input: row.input,
    result: row.result,
    warnings: limitWarnings(warnings, warningCount),
  };
}

export function toRunSummary(row: RunSummaryRow, now: Date): RunSummary {
  const taskCounts = { ...noTasks, ...row.task_counts };
  const { first_task: firstTask } = row;
  const tasks: TaskSummary = {
    total: Object.values(taskCounts).reduce((sum, count) => sum + count, 0),
    completed: taskCounts.completed,
    percentSum: row.percent_sum ?? 0,
    firstProgress: firstTask && progressOfTask(firstTask),
    warningCount: row.warning_count ?? 0,
  };
  return {
    ...commonFields(row, tasks, now),
    taskCounts,
    currentTasks: row.current_tasks ?? [],
    subject: row.subject,
    fileTags: row.tags ?? [],
  };
}

const noTasks: RunSummary['taskCounts'] = {
  pending: 0,
  running: 0,
  retrying: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  crashed: 0,
  skipped: 0,
};

function commonFields(row: RunRow, tasks: TaskSummary, now: Date) {
  return {
    requestId: row.id,
    name: row.name,
    kind: row.kind,
    of: row.of,
    version: row.version,
    state: row.state,
    late: row.late,
    waitsFor: explainWait(row, now),
    attempt: row.attempt,
    priority: row.priority,
    scheduledFor: row.scheduled_for?.toISOString() ?? null,
    rerunOf: row.rerun_of,
    progress:
      row.kind === 'hosted'
        ? hostedProgress(row.state, tasks)
        : computeRunProgress({ kind: row.kind, state: row.state, progress: row.progress ?? noProgress }, tasks),
    overallStatus: getOverallStatus(row.state),
    fileId: row.file_id,
    error: row.error,
    warningCount: tasks.warningCount,
    parent: row.parent_id,
    batch: row.batch_id,
    worker: row.worker_id,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    durationMs: measureDuration(row.started_at, row.finished_at, now),
    expiresAt: row.expires_at?.toISOString() ?? null,
  };
}

export function toTaskStatus(task: TaskRow, now: Date): TaskStatus {
  return {
    key: task.key,
    name: task.name,
    version: task.version,
    model: task.model,
    index: task.index,
    state: task.state,
    attempt: task.attempt,
    progress: progressOfTask(task),
    after: task.after,
    childRun: task.child_run,
    startedAt: task.started_at,
    finishedAt: task.finished_at,
    durationMs: measureDuration(task.started_at, task.finished_at, now),
    error: task.error,
    ...(task.usage && { usage: task.usage }),
  };
}

function progressOfTask({ state, progress }: Pick<TaskRow, 'state' | 'progress'>): Progress | null {
  return state === 'completed' ? completeProgress(progress) : progress;
}

/** Returns why a run is waiting, or `null` if it is not waiting. */
function explainWait({ waits, of, version, scheduled_for, serving_workers }: RunRow, now: Date): string | null {
  if (waits === null || scheduled_for === null) return null;
  if (scheduled_for > now) return `it is scheduled for ${scheduled_for.toISOString()}`;
  if (!serving_workers || serving_workers.name === 0) return `no worker serves '${of}'`;
  if (serving_workers.version === 0)
    return `no worker serves version '${version}' of '${of}', with which the run started`;
  return serving_workers.version === 1
    ? `the worker that serves '${of}' is busy`
    : `all ${serving_workers.version} workers that serve '${of}' are busy`;
}

/** Returns a hosted run's progress, counted in modules. The percentage is 100 only if the run is completed. */
function hostedProgress(state: RunState, tally: TaskTally): Progress {
  const percent = state === 'completed' ? 100 : averageTaskPercent(tally);
  return { current: tally.completed, total: tally.total, percent };
}

function measureDuration(from: Date | string | null, to: Date | string | null, now: Date): number | null {
  if (from === null) return null;
  return Math.max(0, (to === null ? now : new Date(to)).getTime() - new Date(from).getTime());
}
