import type { Json } from '../types/json.js';
import type { Progress, RunError, RunState, RunStatus, TaskStatus } from './run-status.js';

/** The severity of a log line. */
export type LogLineLevel = 'debug' | 'info' | 'warning' | 'error';

/** One line of a run's log. */
export interface LogLine {
  /** ISO 8601, UTC. */
  at: string;
  level: LogLineLevel;
  message: string;
  /** The key of the task run that wrote the line; `null` for the run itself. */
  task: string | null;
}

/**
 * An event in a run of your own functions. A run emits its events in order, a client sends them to `POST /v1/events`, and the
 * run's record is built from them.
 */
export type RunEvent = {
  /** The run's id, a UUID chosen by the program. */
  run: string;
  /** 1 for a run's first event, incremented for each later event. Servers ignore numbers they have already seen. */
  sequence: number;
  /** When the event happened, according to the program's clock. ISO 8601, UTC. */
  at: string;
} & (
  | ({ type: 'run-created'; input: Json; worker: string | null } & Pick<
      RunStatus,
      'name' | 'kind' | 'of' | 'version' | 'parent'
    >)
  /** A run that ended without completing was resumed. Its incomplete task runs are `pending` again. */
  | { type: 'run-resumed' }
  /**
   * `completed` has a `result`; `failed` and `cancelled` have an `error`. If the result cannot be restored from its description, as
   * with dates, `output` has it in the form of a task run's output.
   */
  | { type: 'run-state'; state: RunState; result?: Json; output?: Json; error?: RunError }
  | ({ type: 'task-created' } & Pick<TaskStatus, 'key' | 'name' | 'version' | 'index' | 'after'>)
  /**
   * `completed` has an `output`, unless the task returned `undefined`. A resumed run uses the output instead of running the task
   * again. `childRun` is sent once an attempt, as soon as the child run's id is known. The first `running` has the `digest` of the task's
   * arguments, if the run is stored; it is `null` if the arguments have no JSON form.
   */
  | {
      type: 'task-state';
      key: string;
      state: TaskStatus['state'];
      attempt: number;
      childRun?: string;
      digest?: string | null;
      output?: Json;
      error?: RunError;
    }
  /** `key` is the task run's key. It is `null` for the progress that a flow reports outside its tasks. */
  | { type: 'progress'; key: string | null; attempt: number; progress: Progress }
  | ({ type: 'log' } & Omit<LogLine, 'at'>)
);

/** Identifies a task run's call when its run is resumed. */
export interface RecordedCall {
  /** The digest of the task's arguments; `null` if they have no JSON form. */
  digest: string | null;
  /** The sequence number of the event that began the task run's work. */
  began: number;
  /** The sequence number of the event that completed the task run; `null` if it has not completed. */
  ended: number | null;
}

/** The state that a run is resumed from. */
export interface ResumePoint {
  run: RunStatus;
  /** The output of each completed task run, by task-run key. */
  outputs: Record<string, Json>;
  /** The call of each task run that has begun, by task-run key. Absent in runs recorded by earlier versions. */
  calls?: Record<string, RecordedCall> | undefined;
  /** The result of a completed run, if `run.result` only describes it. */
  output?: Json | undefined;
  /** The sequence number of the last known event. */
  sequence: number;
}

/** A claimed run, with the state that it continues from. */
export type ClaimedRun = ResumePoint;

/** A log line as stored by the server. */
export interface StoredLogLine extends LogLine {
  /** The 1-based line number within the run. */
  line: number;
}

/** A part of a run's log. */
export interface LogPage {
  items: StoredLogLine[];
  /** The line number to continue after. */
  last: number;
  /** Whether the run has ended and these are its last lines. */
  done: boolean;
  /** With `counts`: the number of lines of each level that match the task and the search. */
  counts?: Record<LogLineLevel, number>;
}

/** A server's state for a reported run. */
export interface ReportedRun {
  /** The sequence number up to which the server has accepted all events. */
  sequence: number;
  /**
   * `null` if the server accepts no events from the run, because the run was deleted or never created, or because another program
   * now reports the run.
   */
  state: RunState | null;
  /** Whether the run was cancelled. */
  cancel: boolean;
}
