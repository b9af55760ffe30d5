import type { Db } from '../store/db/db.js';
import { type Queue } from './queue.js';
/**
 * Queues the steps that were pending or running when the data was exported. Steps that already have a job are skipped, so a
 * second call does nothing.
 *
 * @returns The number of queued steps.
 */
export declare function requeueUnfinished(db: Db, queue: Queue): Promise<number>;
