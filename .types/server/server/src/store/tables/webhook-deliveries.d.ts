import type { WebhookDelivery, WebhookEventType } from 'millrace/shared/types/webhook.js';
import type { Queryable } from '../db/db.js';
/** The NOTIFY channel that announces new deliveries. */
export declare const deliveryChannel = "millrace_webhook";
export interface NewDelivery {
    readonly id: string;
    readonly accountId: string;
    readonly webhookId: string | null;
    /** URL of a run's own webhook. `null` for a registered webhook, whose URL and secret are read when the delivery is sent. */
    readonly url: string | null;
    readonly secret: string | null;
    /** Identifies the receiver. The limits on pending and concurrent deliveries apply per target. */
    readonly target: string;
    readonly runId: string;
    readonly type: WebhookEventType;
    readonly body: string;
}
/** A delivery claimed by this process until its lease expires. */
export interface ClaimedDelivery {
    readonly id: string;
    readonly target: string;
    readonly url: string;
    readonly secret: string;
    readonly body: string;
    /** Number of attempts so far, including the current one. */
    readonly attempts: number;
}
export interface AttemptOutcome {
    readonly status: number | null;
    /** `null` if the receiver accepted the delivery. */
    readonly error: string | null;
}
/** Inserts deliveries. They are sent once the transaction commits. */
export declare function insertDeliveries(tx: Queryable, deliveries: readonly NewDelivery[], now: Date): Promise<void>;
/** Counts the pending deliveries for a target and for its account. Each count stops at `max`. */
export declare function countPending(tx: Queryable, { accountId, target }: Pick<NewDelivery, 'accountId' | 'target'>, max: number): Promise<{
    ofTarget: number;
    ofAccount: number;
}>;
/**
 * Claims deliveries that are due. Only a few are claimed per target, so that an unresponsive receiver does not delay others.
 *
 * @param options `until`: When the lease expires and the deliveries become due again.
 */
export declare function claimDeliveries(db: Queryable, { busy, limit, perTarget, now, until }: ClaimOptions): Promise<ClaimedDelivery[]>;
interface ClaimOptions {
    /** Targets to skip because their deliveries are being sent. */
    readonly busy: readonly string[];
    readonly limit: number;
    readonly perTarget: number;
    readonly now: Date;
    readonly until: Date;
}
/**
 * Records the outcome of an attempt. Does nothing if the lease has expired.
 *
 * @param next When to retry, or `null` to end the delivery.
 */
export declare function settleDelivery(tx: Queryable, delivery: ClaimedDelivery, { status, error }: AttemptOutcome, next: Date | null, now: Date): Promise<void>;
/** Releases a delivery whose attempt was interrupted. */
export declare function releaseDelivery(db: Queryable, { id, attempts }: ClaimedDelivery, now: Date): Promise<void>;
interface DeliveryQuery {
    readonly requestId?: string | undefined;
    readonly webhookId?: string | undefined;
    readonly limit: number;
}
/** Returns an account's deliveries, newest first. */
export declare function newestDeliveries(db: Queryable, accountId: string, { requestId, webhookId, limit }: DeliveryQuery): Promise<WebhookDelivery[]>;
/** Returns a delivery's public id, which is the same for all attempts. */
export declare function messageId(deliveryId: string): string;
/** Deletes deliveries that ended at or before this time. */
export declare function deleteOldDeliveries(db: Queryable, before: Date): Promise<void>;
export {};
