import type { Json } from '../types/json.js';
import type { RunWarning } from './run-warning.js';
import type { Usage } from './usage.js';

/** The state of a run. `completed`, `failed`, `cancelled` and `crashed` are final. */
export type RunState = 'pending' | 'running' | 'retrying' | 'completed' | 'failed' | 'cancelled' | 'crashed';

/** The progress of a run or of one of its tasks. */
export interface Progress {
  current: number;
  /** `null` if the total is unknown. */
  total: number | null;
  /** 0 to 100; 100 only if the work is completed. `null` if unknown. */
  percent: number | null;
  message?: string;
  data?: Json;
}

/**
 * The codes of run and task errors that Millrace itself records. See docs/errors.md. Workers in other languages can report other codes.
 */
export type RunErrorCode =
  | 'module_failed'
  | 'module_deadline'
  | 'module_memory'
  | 'module_died'
  | 'module_output'
  | 'module_closed'
  | 'disk_full'
  | 'task_failed'
  | 'task_timeout'
  | 'step_failed'
  | 'pipeline_failed'
  | 'flow_failed'
  | 'invalid_input'
  | 'invalid_result'
  | 'cancelled'
  | 'not_started'
  | 'worker_lost'
  | 'program_ended'
  | 'outputs_too_large';

/** Why a run or one of its tasks failed. */
export interface RunError {
  /** A stable, machine-readable code, for example `module_failed`. See `RunErrorCode`. */
  code: string;
  message: string;
  /** The name of the module, step or task that failed. */
  task?: string;
  /** Additional details from the program, such as a stack trace. */
  details?: Json;
}

/** An error that Millrace itself records. */
export interface KnownRunError extends RunError {
  code: RunErrorCode;
}

/** The status of a module, step or task in a run. */
export interface TaskStatus<N extends string = string> {
  /** In hosted runs, `module_1`, `module_2`, …; in runs of your own functions, the name and a counter, such as `clean-0`. */
  key: string;
  name: N;
  version: string | null;
  model: string | null;
  /** The 0-based position in the run. */
  index: number;
  state: RunState | 'skipped';
  /** The number of the current or most recent attempt, starting at 1; 0 before the first attempt. */
  attempt: number;
  progress: Progress | null;
  /** The keys of the tasks that this task depends on. */
  after: string[];
  /** The id of the first child run of the most recent attempt that started one. To list all child runs, filter runs by `parent`. */
  childRun: string | null;
  /** ISO 8601, UTC. */
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number | null;
  error: RunError | null;
  /** The module's usage of its model endpoint. Absent if the module received no responses from the endpoint or the cache. */
  usage?: Usage;
}

/** The status of a run of any kind: a hosted pipeline, or a pipeline, flow or task of your own functions. */
export interface RunStatus<N extends string = string> {
  /** The run's id, as returned by `process()`. */
  requestId: string;
  /** A readable name, such as `purple-dogfish`. */
  name: string;
  kind: 'hosted' | 'pipeline' | 'flow' | 'task';
  /** The name of the pipeline, flow or task. */
  of: string;
  version: string | null;
  state: RunState;
  /**
   * Whether the run, or its next module, has been waiting to start for more than 15 s. The time before `scheduledFor` does not count. A run
   * that a program reports is not late while the program sends heartbeats.
   */
  late: boolean;
  /** If the run is waiting for a worker to claim it, the reason, for example `no worker serves 'read-facts'`; otherwise `null`. */
  waitsFor: string | null;
  /** How many times workers have claimed the run; `null` for a run that workers do not claim. */
  attempt: number | null;
  /** 0 to 9; runs with a higher priority are claimed first. */
  priority: number;
  /** The earliest time at which a worker can claim the run; `null` for a run that workers do not claim. ISO 8601, UTC. */
  scheduledFor: string | null;
  /** If this run is a rerun, the id of the original run, even if it was deleted; otherwise `null`. */
  rerunOf: string | null;
  /** The id of the batch in which the run's file was sent; `null` if there was no batch, or if the batch was deleted. */
  batch: string | null;
  progress: Progress;
  tasks: TaskStatus<N>[];
  /** `state` in the hosted protocol's terms. */
  overallStatus: 'ongoing' | 'complete' | 'failed';
  /** Whether each task is completed: `{ module_1: true, module_2: false }`. */
  processStatus: Record<string, boolean>;
  fileId: string | null;
  input: Json;
  result: Json;
  error: RunError | null;
  /** The modules' warnings. If there are more than 100, contains the first 100 and a warning that counts the rest. */
  warnings: RunWarning[];
  /** The number of warnings, including those that `warnings` omits. */
  warningCount: number;
  parent: string | null;
  worker: string | null;
  /** ISO 8601, UTC. */
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number | null;
  expiresAt: string | null;
}

/**
 * A run in a list: its status without the input and result, and with counts instead of the tasks and warnings. The error has no
 * `details`, and the progress has no `data`.
 */
export interface RunSummary extends Omit<RunStatus, 'tasks' | 'processStatus' | 'input' | 'result' | 'warnings'> {
  /** The number of the run's modules, steps or tasks in each state. */
  taskCounts: Record<TaskStatus['state'], number>;
  /** The names of the first 5 tasks that are running or waiting for a retry, in order of `index`. */
  currentTasks: string[];
  /** The name of the run's file, or the first 120 characters of its input as JSON; `null` if it has neither. */
  subject: string | null;
  /** The tags of the run's file; empty if it has no file. */
  fileTags: Record<string, string>[];
}

/** A module, step or task of a run as a flat row, for tables. */
export interface TaskRow {
  key: string;
  name: string;
  version: string | null;
  model: string | null;
  /** The 0-based position in the run. */
  index: number;
  state: TaskStatus['state'];
  attempt: number;
  /** 0 to 100. */
  percent: number | null;
  /** Times are in ISO 8601, UTC. */
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number | null;
  /** The error's message. */
  error: string | null;
}

/** A run as a flat row, for tables. */
export interface RunRow {
  requestId: string;
  name: string;
  kind: RunStatus['kind'];
  /** The name of the pipeline, flow or task. */
  of: string;
  version: string | null;
  state: RunState;
  late: boolean;
  /** The name of the run's file, or the start of its input. */
  subject: string | null;
  /** 0 to 100. */
  percent: number | null;
  fileId: string | null;
  worker: string | null;
  parent: string | null;
  rerunOf: string | null;
  /** Times are in ISO 8601, UTC. */
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number | null;
  /** The number of warnings. */
  warnings: number;
  /** The error's message. */
  error: string | null;
}
