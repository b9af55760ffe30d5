import type { BlobStore } from '../blobs/blob-store.js';
import type { Clock } from '../system/clock.js';
import type { Queue } from '../queue/queue.js';
import type { Db } from '../store/db/db.js';
import type { ModuleCatalogue } from '../module-contract/module-catalogue.js';

/** The services and limits that all transitions of runs use. */
export interface EngineContext {
  readonly db: Db;
  readonly queue: Queue;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly modules: ModuleCatalogue;
  /** How long an unused reservation is kept. */
  readonly reservationSeconds: number;
  /** How long a reservation is kept after its upload was interrupted. */
  readonly resumeSeconds: number;
  /** The maximum number of unfinished runs of an account. */
  readonly maxOpenRuns: number;
  readonly reporting: ReportingRules;
  readonly webhooks: {
    /** The maximum number of pending deliveries of an account. */
    readonly maxPending: number;
  };
}

/** The limits and timeouts of reported runs. */
interface ReportingRules {
  /** A worker without a heartbeat for this time is offline. */
  readonly offlineMs: number;
  /** A run without a heartbeat for this time has crashed. */
  readonly crashMs: number;
  /** How long an ended run is kept; 0 keeps it forever. */
  readonly retentionMs: number;
  /** The maximum number of workers of an account. */
  readonly maxWorkers: number;
  /** The maximum number of log lines of a run. */
  readonly maxLogLines: number;
}
