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
 * An event of a run of your own functions. A run emits its events in order, a client sends them to `POST /v1/events`, and folding
 * them from the first one on makes the run's record.
 */
export type RunEvent = {
  /** The run's id, a UUID that the program chose. */
  run: string;
  /** 1 for a run's first event, then one more for each. A server ignores numbers that it has seen. */
  sequence: number;
  /** When it happened, by the program's clock. ISO 8601, UTC. */
  at: string;
} & (
  | ({ type: 'run-created'; input: Json; worker: string | null } & Pick<
      RunStatus,
      'name' | 'kind' | 'of' | 'version' | 'parent'
    >)
  /** A run that ended without completing is resumed: task runs that had not completed are `pending` again. */
  | { type: 'run-resumed' }
  /** `result` with `completed`, `error` with `failed` and `cancelled`. */
  | { type: 'run-state'; state: RunState; result?: Json; error?: RunError }
  | ({ type: 'task-created' } & Pick<TaskStatus, 'key' | 'name' | 'version' | 'index' | 'after'>)
  /**
   * `output` with `completed`: a resumed run uses it instead of doing the task again. Absent when the task returned `undefined`.
   * `childRun` once, as soon as it is known.
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
  /** `key` is that of the task run; `null` for the run's own progress, which a flow reports outside of its tasks. */
  | { type: 'progress'; key: string | null; attempt: number; progress: Progress }
  | ({ type: 'log' } & Omit<LogLine, 'at'>)
);

/** The state that a run is resumed from. */
export interface ResumePoint {
  run: RunStatus;
  /** The output of each completed task run, by its key. */
  outputs: Record<string, Json>;
  /** The sequence number of the last known event. */
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
  /** The number to request further lines after. */
  last: number;
  /** Whether the run is over and these are its last lines. */
  done: boolean;
}

/** What a server returns about a run that was reported to it. */
export interface ReportedRun {
  /** The sequence number of the last event that the server has. It has accepted all up to this one. */
  sequence: number;
  /** `null` when the server accepts no events of the run: it was deleted or never created, or another program reports it now. */
  state: RunState | null;
  /** Whether it was cancelled. */
  cancel: boolean;
}
