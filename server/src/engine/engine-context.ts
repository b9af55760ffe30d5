import type { BlobStore } from '../blobs/blob-store.js';
import type { Clock } from '../clock.js';
import type { Queue } from '../queue/queue.js';
import type { Db } from '../store/db.js';
import type { ModuleCatalogue } from '../modules/module-catalogue.js';

/** What every transition of a run works with. */
export interface EngineContext {
  readonly db: Db;
  readonly queue: Queue;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly modules: ModuleCatalogue;
  /** How long an unused reservation lives. */
  readonly reservationSeconds: number;
  /** The most unfinished runs an account may have. */
  readonly maxOpenRuns: number;
}
