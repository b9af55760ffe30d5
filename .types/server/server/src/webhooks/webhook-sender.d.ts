import type { Clock } from '../system/clock.js';
import type { Logger } from '../system/logger.js';
import type { Db } from '../store/db/db.js';
import type { SecretBox } from './secret-box.js';
interface SenderOptions {
    readonly secrets: SecretBox;
    readonly allowPrivate: boolean;
    /** Timeout for each attempt, in milliseconds. */
    readonly timeoutMs: number;
    /** The delay after each failed attempt, in milliseconds. If the attempt after the last delay fails, the delivery fails. */
    readonly retryMs: readonly number[];
    /** Interval between polls for due deliveries, in milliseconds. */
    readonly pollMs: number;
    readonly userAgent: string;
}
/** Sends due webhook deliveries until it is closed. Servers that use the same store share the deliveries. */
export declare class WebhookSender {
    #private;
    private constructor();
    static open(db: Db, clock: Clock, logger: Logger, options: SenderOptions): Promise<WebhookSender>;
    /** Releases the deliveries in progress. Another server can then send them, or this server can after a restart. */
    close(): Promise<void>;
}
export {};
