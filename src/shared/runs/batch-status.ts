import type { RunError } from './run-status.js';
import type { Usage } from './usage.js';

/**
 * `running` until the batch is closed and all files have ended; then `cancelled` if it was cancelled, otherwise `completed`, even if
 * files failed.
 */
export type BatchState = 'running' | 'completed' | 'cancelled';

/** The number of files in each state. */
export interface BatchCounts {
  /** All files: the number announced, or the number received if that is higher. */
  total: number;
  /** Files that no worker has started. */
  queued: number;
  running: number;
  completed: number;
  /** Files that failed, crashed or were refused. */
  failed: number;
  cancelled: number;
  /** Files that the client did not send, because an earlier call had finished them. */
  skipped: number;
}

/** A batch of files on the server. */
export interface BatchStatus {
  batchId: string;
  /** The name that the caller chose; otherwise, a random one. */
  name: string;
  pipeline: string;
  /** The modules that process each file, in order. */
  chain: string[];
  state: BatchState;
  counts: BatchCounts;
  /** Files that ended per second: in the last minute, or from start to end once the batch has ended. `null` if none has ended. */
  filesPerSecond: number | null;
  /** The estimated time until all known files have ended, in seconds; `null` if it cannot be estimated. */
  secondsLeft: number | null;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** When the batch was closed to further files; `null` if it is open. */
  closedAt: string | null;
  finishedAt: string | null;
}

/** Files of a batch that failed for the same reason. */
export interface BatchFailure {
  /** Identifies the reason. `client.runs.list({ batch, fingerprint })` lists the runs. */
  fingerprint: string;
  /** The module that failed; `null` if the file was refused. */
  step: string | null;
  code: string | null;
  message: string | null;
  count: number;
  /** The id of the newest run that failed like this; `null` if it was deleted, or the files were refused. */
  example: string | null;
  /** The name or the key of one of the files. */
  file: string | null;
}

/** A batch with the reasons for its failures, the most frequent first: at most 50. */
export interface BatchDetails extends BatchStatus {
  failures: BatchFailure[];
  /** The modules' usage of model endpoints. Absent without requests. */
  usage?: Usage;
}

/** A page of batches, newest first. */
export interface BatchPage {
  items: BatchStatus[];
  /** The `cursor` of the next page, or `null` for the last page. */
  nextCursor: string | null;
}

/** A file sent in a batch: its run, or why it was refused. A refusal does not affect the other files of the request. */
export type BatchItem =
  | {
      key: string;
      requestId: string;
      fileId: string;
      /** Whether an earlier request started the run. */
      isRepeated: boolean;
    }
  | { key: string; error: Pick<RunError, 'code' | 'message'> };
