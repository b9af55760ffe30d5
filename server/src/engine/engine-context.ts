import type { BlobStore } from '../blobs/blob-store.js';
import type { Clock } from '../system/clock.js';
import type { Queue } from '../queue/queue.js';
import type { Db } from '../store/db/db.js';
import type { ModuleCatalogue } from '../module-contract/module-catalogue.js';

/** What every transition of a run works with. */
export interface EngineContext {
  readonly db: Db;
  readonly queue: Queue;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly modules: ModuleCatalogue;
  /** How long an unused reservation lives. */
  readonly reservationSeconds: number;
  /** How long one lives whose upload was begun and interrupted. */
  readonly resumeSeconds: number;
  /** The most unfinished runs an account may have. */
  readonly maxOpenRuns: number;
  readonly reporting: ReportingRules;
  readonly webhooks: {
    /** How many deliveries of an account may wait. */
    readonly maxPending: number;
  };
}

/** How runs are kept that programs report. */
export interface ReportingRules {
  /** A worker that is silent for so long is offline. */
  readonly offlineMs: number;
  /** The run of a program that is silent for so long has crashed. */
  readonly crashMs: number;
  /** How long a run is kept that has ended; 0: for ever. */
  readonly retentionMs: number;
  /** The most workers of an account. */
  readonly maxWorkers: number;
  /** The most log lines of a run. */
  readonly maxLogLines: number;
}
