import type { Json } from '../types/json.js';
import type { Rows } from '../types/rows.js';
import type { RunRow, RunState, RunSummary, TaskStatus } from './run-status.js';

/** One page of the list of runs, as sent by the server. */
export interface RunList {
  items: RunSummary[];
  /** The cursor for the next page; `null` on the last page. */
  nextCursor: string | null;
  /** With `count`: the number of runs on all pages, at most 10,000. */
  total?: number;
  /** With `count`: whether `total` is exact. False if there are more than 10,000 runs, or if a search did not read the oldest runs. */
  totalIsExact?: boolean;
}

/** A run in a chart of durations over time. */
export interface RunPoint {
  requestId: string;
  /** The name of the pipeline, flow or task. */
  of: string;
  state: RunState;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** The run's duration; for an unfinished run, the time since it started. */
  durationMs: number;
}

/** The durations of the newest runs that match a filter and have started, newest first. */
export interface RunPoints {
  items: RunPoint[];
  /** Whether older runs match the filter. */
  more: boolean;
}

/** A module, step or task of a run, with its input and output. */
export interface RunTask {
  task: TaskStatus;
  /**
   * The input, if it is stored. In runs of your own functions, only the steps of a pipeline have a stored input.
   *
   * A module's input is returned only if it is text or JSON of at most 1 MiB. It is stored at least until the module completes or its run
   * is cancelled. With `keepInput`, it is stored as long as the file exists.
   */
  input?: Json;
  /**
   * The output, if it is stored. A module's output is the next module's input, so the rules for `input` apply. The last module's output
   * is the file's output.
   */
  output?: Json;
}

/** One page of the list of runs. */
export interface RunPage extends RunList, Rows<RunRow> {}
