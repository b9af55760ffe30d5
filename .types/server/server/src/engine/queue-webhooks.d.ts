import type { Queryable } from '../store/db/db.js';
import type { EngineContext } from './engine-context.js';
/**
 * Queues deliveries for runs that have ended, in the transaction that ended them. The deliveries go to the account's
 * webhooks and to the run's own webhook. Subflows do not trigger deliveries.
 */
export declare function queueWebhooks(context: EngineContext, tx: Queryable, runIds: readonly string[]): Promise<void>;
