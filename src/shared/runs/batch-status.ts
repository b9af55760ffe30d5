import type { RunError } from './run-status.js';
import type { Usage } from './usage.js';

/**
 * A batch is `running` until it has been closed and all its files have ended. Then its state is `completed`, even if files failed, or
 * `cancelled` if the batch was cancelled.
 */
export type BatchState = 'running' | 'completed' | 'cancelled';

/** The number of files in each state. */
export interface BatchCounts {
  /** The sum of the counts below. While the batch is open, the number of files that the client expects, if that is higher. */
  total: number;
  /** Files whose processing has not started. */
  queued: number;
  running: number;
  completed: number;
  /** Files that failed, crashed or were refused. */
  failed: number;
  cancelled: number;
  /** Files that the client did not send, for example because an earlier call had processed them. */
  skipped: number;
}

/** A batch of files on the server. */
export interface BatchStatus {
  batchId: string;
  /** The name that the caller chose, or a random one. */
  name: string;
  pipeline: string;
  /** The modules that process each file, in order. */
  chain: string[];
  state: BatchState;
  counts: BatchCounts;
  /**
   * The number of files that ended per second in the last minute, excluding refused files. For a batch that has ended, the average over
   * its whole duration, excluding cancelled files. `null` if the rate is 0.
   */
  filesPerSecond: number | null;
  /** The estimated time until all files have ended, in seconds; `null` if it cannot be estimated or the batch has ended. */
  secondsLeft: number | null;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** When the batch was closed to further files; `null` if it is open. */
  closedAt: string | null;
  finishedAt: string | null;
}

/** Files of a batch that failed for the same reason. */
export interface BatchFailure {
  /** Identifies the reason. `client.runs.list({ batch, fingerprint })` lists the failed runs. */
  fingerprint: string;
  /** The module that failed; `null` if no module failed, for example because the files were refused. */
  step: string | null;
  code: string | null;
  message: string | null;
  count: number;
  /** The id of the newest run that failed for this reason; `null` if all these runs were deleted, or if the files were refused. */
  example: string | null;
  /** The name or key of one of the files; `null` if neither is recorded. */
  file: string | null;
}

/** A batch with the reasons for its failures: at most 50, most frequent first. */
export interface BatchDetails extends BatchStatus {
  failures: BatchFailure[];
  /** The modules' usage of model endpoints. Absent if they received no responses from the endpoints or the cache. */
  usage?: Usage;
}

/** A page of batches, newest first. */
export interface BatchPage {
  items: BatchStatus[];
  /** The `cursor` of the next page, or `null` for the last page. */
  nextCursor: string | null;
}

/** The result of sending a file in a batch: its run, or why the file was refused. A refusal does not affect other files in the request. */
export type BatchItem =
  | {
      key: string;
      requestId: string;
      fileId: string;
      /** Whether an earlier request had already started the run. */
      isRepeated: boolean;
    }
  | { key: string; error: Pick<RunError, 'code' | 'message'> };
