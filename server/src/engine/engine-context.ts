import type { BlobStore } from '../blobs/blob-store.js';
import type { Clock } from '../system/clock.js';
import type { Queue } from '../queue/queue.js';
import type { Db } from '../store/db/db.js';
import type { ModuleCatalogue } from '../module-contract/module-catalogue.js';

/** The services and limits that the engine uses. */
export interface EngineContext {
  readonly db: Db;
  readonly queue: Queue;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly modules: ModuleCatalogue;
  /** How long an unused reservation is kept, in seconds. */
  readonly reservationSeconds: number;
  /** How long an interrupted upload can be resumed, in seconds. */
  readonly resumeSeconds: number;
  /** The maximum number of unfinished runs per account. */
  readonly maxOpenRuns: number;
  /** The maximum total size of an account's unfinished resumable uploads, in bytes. An account's only unfinished upload can exceed it. */
  readonly maxUnfinishedBytes: number;
  readonly reporting: ReportingLimits;
  readonly webhooks: {
    /** The maximum number of pending deliveries per account. */
    readonly maxPendingDeliveries: number;
  };
}

/** Limits and timeouts for workers, reported runs and logs. */
interface ReportingLimits {
  /** How long a worker can go without a heartbeat before it is considered offline, in milliseconds. */
  readonly offlineAfterMs: number;
  /**
   * How long a reported run can go without a heartbeat before it is marked as crashed, in milliseconds. Runs that workers claim have leases
   * instead.
   */
  readonly crashAfterMs: number;
  /** How long a reported run is kept after it ends, in milliseconds. 0 means forever. */
  readonly retentionMs: number;
  /** The maximum number of workers per account. */
  readonly maxWorkers: number;
  /** The maximum number of log lines per run. */
  readonly maxLogLines: number;
}
