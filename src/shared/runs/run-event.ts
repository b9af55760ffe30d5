import type { Json } from '../types/json.js';
import type { Progress, RunError, RunState, RunStatus, TaskStatus } from './run-status.js';

/** How much a log line matters. */
export type LogLineLevel = 'debug' | 'info' | 'warning' | 'error';

/** One line of a run's log. */
export interface LogLine {
  /** ISO 8601, UTC. */
  at: string;
  level: LogLineLevel;
  message: string;
  /** The key of the task run that wrote it; `null`: the run itself. */
  task: string | null;
}

/**
 * What a run of your own functions says of itself, in order: the engine emits it, a reporter sends it, `POST /v1/events` takes it,
 * and folding it from the first one on gives the run's record.
 */
export type RunEvent = {
  /** The run's id, a UUID that the program chose. */
  run: string;
  /** 1 for a run's first report, then one more for each: a server that has seen it ignores it. */
  sequence: number;
  /** When it happened, by the program's clock. ISO 8601, UTC. */
  at: string;
} & (
  | ({ type: 'run-created'; input: Json; worker: string | null } & Pick<
      RunStatus,
      'name' | 'kind' | 'of' | 'version' | 'parent'
    >)
  /** A run that ended without completing goes on: what had not completed is `pending` again. */
  | { type: 'run-resumed' }
  /** `result` with `completed`, `error` with `failed` and `cancelled`. */
  | { type: 'run-state'; state: RunState; result?: Json; error?: RunError }
  | ({ type: 'task-created' } & Pick<TaskStatus, 'key' | 'name' | 'version' | 'index' | 'after'>)
  /**
   * `output` with `completed`: what a resumed run takes instead of doing it again; none where the task gave `undefined`.
   * `childRun` as soon as it is known, and left out afterwards.
   */
  | {
      type: 'task-state';
      key: string;
      state: TaskStatus['state'];
      attempt: number;
      childRun?: string;
      output?: Json;
      error?: RunError;
    }
  /** `key` is that of a task run; `null`: the run's own, as a flow reports it outside of its tasks. */
  | { type: 'progress'; key: string | null; attempt: number; progress: Progress }
  | ({ type: 'log' } & Omit<LogLine, 'at'>)
);

/** What a run needs to go on where it stopped. */
export interface ResumePoint {
  run: RunStatus;
  /** The output of each completed task run, by its key. */
  outputs: Record<string, Json>;
  /** The sequence number of the last report that is known. */
  sequence: number;
}

/** A line as the server keeps it. */
export interface StoredLogLine extends LogLine {
  /** Its number in the run, from 1. */
  line: number;
}

/** A part of a run's log. */
export interface LogPage {
  items: StoredLogLine[];
  /** The number to ask for more after. */
  last: number;
  /** Whether the run is over and these are its last lines. */
  done: boolean;
}

/** What a server says of a run that was reported to it. */
export interface ReportedRun {
  /** Of the last report that counts; what has this number or a lower one was taken. */
  sequence: number;
  /** `null`: the server takes nothing for this run: it was deleted, never created, or is reported by another program by now. */
  state: RunState | null;
  /** Whether somebody has asked it to stop. */
  cancel: boolean;
}
