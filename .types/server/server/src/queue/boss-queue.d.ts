import type { Db } from '../store/db/db.js';
import type { Queue } from './queue.js';
interface OpenQueueOptions {
    /** Called when a background operation fails. The operation is retried. @default errors are ignored */
    readonly onError?: (error: Error) => void;
}
/** Opens the durable queues in the database, creating their tables if necessary. */
export declare function openQueue(db: Db, { onError }?: OpenQueueOptions): Promise<Queue>;
export {};
