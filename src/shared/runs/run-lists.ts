import type { Json } from '../types/json.js';
import type { Rows } from '../types/rows.js';
import type { RunRow, RunState, RunSummary, TaskStatus } from './run-status.js';

/** One page of the run list, as the server sends it. */
export interface RunList {
  items: RunSummary[];
  /** The cursor for the next page; `null` on the last page. */
  nextCursor: string | null;
  /** With `count`: the number of runs on all pages, at most 10 000. */
  total?: number;
  /** With `count`: whether `total` is exact. If not, there are more runs, or a search has not read the oldest runs. */
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
  /** For an unfinished run, the time until now. */
  durationMs: number;
}

/** The durations of the newest runs that a filter selects and that have started, newest first. */
export interface RunPoints {
  items: RunPoint[];
  /** Whether there are older runs. */
  more: boolean;
}

/** A module, step or task of a run, with its values. */
export interface RunTask {
  task: TaskStatus;
  /**
   * The input, if kept: for steps of pipelines of your own functions, and for modules, as text or JSON of at most 1 MB. A module's input
   * is kept until the module has completed or its run was cancelled; with `keepInput`, as long as the file.
   */
  input?: Json;
  /** The output, if kept: for a module, as long as the next module's input. The file keeps the last module's output. */
  output?: Json;
}

/** One page of the run list. */
export interface RunPage extends RunList, Rows<RunRow> {}
