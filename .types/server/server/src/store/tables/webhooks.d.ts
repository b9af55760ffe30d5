import type { Webhook, WebhookEventType } from 'millrace/shared/types/webhook.js';
import type { Queryable } from '../db/db.js';
interface WebhookRow {
    readonly id: string;
    readonly url: string;
    readonly secret: string;
    readonly events: readonly WebhookEventType[];
}
/**
 * Inserts a webhook. If a webhook with the same id, URL and events exists, it is kept, including its secret.
 *
 * @returns The secret, `taken` if the id belongs to a different webhook, or `too many` if the account already has `max`.
 */
export declare function insertWebhook(tx: Queryable, accountId: string, { id, url, secret, events }: WebhookRow, max: number, now: Date): Promise<string | 'taken' | 'too many'>;
/** Returns an account's webhooks, oldest first, without their secrets. If `id` is given, only that webhook is returned. */
export declare function listWebhooks(db: Queryable, accountId: string, id?: string): Promise<Webhook[]>;
/** Deletes a webhook and its deliveries. @returns `false` if the account has no such webhook. */
export declare function deleteWebhook(db: Queryable, accountId: string, id: string): Promise<boolean>;
export {};
