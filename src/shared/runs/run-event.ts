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
 * An event in a run of your own functions. A run emits its events in order, and a client can report them with `POST /v1/events`. The
 * run's record is built from its events.
 */
export type RunEvent = {
  /** The run's id, a UUID. */
  run: string;
  /** 1 for a run's first event, incremented by 1 for each later event. Servers ignore events that they have already received. */
  sequence: number;
  /** When the event occurred, according to the program's clock. ISO 8601, UTC. */
  at: string;
} & (
  | ({ type: 'run-created'; input: Json; worker: string | null } & Pick<
      RunStatus,
      'name' | 'kind' | 'of' | 'version' | 'parent'
    >)
  /** A run that had not completed was resumed, or was claimed by a worker. Its incomplete task runs are `pending` again. */
  | { type: 'run-resumed' }
  /**
   * `completed` has a `result`; `failed`, `cancelled` and `crashed` have an `error`. If `result` merely describes the result, for example
   * a date as a string, `output` is the result in restorable form, like the output of a task run.
   */
  | { type: 'run-state'; state: RunState; result?: Json; output?: Json; error?: RunError }
  | ({ type: 'task-created' } & Pick<TaskStatus, 'key' | 'name' | 'version' | 'index' | 'after'>)
  /**
   * `completed` has an `output`, unless the task returned `undefined`. A resumed run reuses the output instead of running the task
   * again. `childRun` is sent once per attempt, as soon as the child run's id is known. If the run is stored, the first `running` event
   * includes the `digest` of the task's arguments, which is `null` if the arguments cannot be converted to JSON.
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
  /** `key` is the task run's key, or `null` for progress that a flow reports outside its tasks. */
  | { type: 'progress'; key: string | null; attempt: number; progress: Progress }
  | ({ type: 'log' } & Omit<LogLine, 'at'>)
);

/** A recorded call of a task. A resumed run compares its calls with the recorded ones. */
export interface RecordedCall {
  /** The digest of the task's arguments; `null` if they cannot be converted to JSON. */
  digest: string | null;
  /** The sequence number of the event that started the task run. */
  began: number;
  /** The sequence number of the event that completed the task run; `null` if it has not completed. */
  ended: number | null;
}

/** The state that a run is resumed from. */
export interface ResumePoint {
  run: RunStatus;
  /** The output of each completed task run, by task-run key. */
  outputs: Record<string, Json>;
  /** The call of each task run that has started, by task-run key. Absent from runs recorded by earlier versions. */
  calls?: Record<string, RecordedCall> | undefined;
  /** The result of a completed run in restorable form. Present only if `run.result` merely describes the result. */
  output?: Json | undefined;
  /** The sequence number of the last known event. */
  sequence: number;
}

/** A run that a worker has claimed, with the state that it continues from. */
export type ClaimedRun = ResumePoint;

/** A log line as stored by the server. */
export interface StoredLogLine extends LogLine {
  /** The 1-based line number within the run. */
  line: number;
}

/** A part of a run's log. */
export interface LogPage {
  items: StoredLogLine[];
  /** The number of the page's last line; if the page is empty, the requested `after`. The next page continues after this line. */
  last: number;
  /** If true, the run has ended, and no matching lines follow this page. */
  done: boolean;
  /** With `counts`: the number of lines at each level that match the task and the search. */
  counts?: Record<LogLineLevel, number>;
}

/** The server's response about a reported run. */
export interface ReportedRun {
  /** The sequence number up to which the server has accepted all events. */
  sequence: number;
  /**
   * The run's state, or `null` if the server accepts no events for it, because the run was deleted or never created, or because
   * another program now reports it.
   */
  state: RunState | null;
  /** Whether cancellation of the run was requested on the server. */
  cancel: boolean;
}
