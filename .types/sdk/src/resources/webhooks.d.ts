import type { RequestOptions } from '../shared/types/client-options.js';
import type { CreatedWebhook, NewWebhook, Webhook, WebhookDelivery } from '../shared/types/webhook.js';
/** A filter for listing deliveries. */
export interface DeliveryFilter {
    /** Only deliveries for this run. */
    requestId?: string | undefined;
    /** Only deliveries to this webhook. */
    webhookId?: string | undefined;
    /** Maximum number of deliveries. @default 100 */
    limit?: number | undefined;
}
/** The URLs that the server notifies when a run in the account ends. Requires a Millrace server. */
export declare class Webhooks {
    #private;
    /**
     * Creates a webhook for all runs in the account.
     *
     * @throws `ValidationError`, or `ApiError` if the account has too many webhooks.
     * @example
     * ```ts
     * const { secret } = await client.webhooks.create({ url: 'https://example.com/millrace' });
     * ```
     */
    create(webhook: NewWebhook, options?: RequestOptions): Promise<CreatedWebhook>;
    /** Returns all webhooks in the account. */
    list(options?: RequestOptions): Promise<Webhook[]>;
    /** Deletes a webhook and discards its pending deliveries. @throws `NotFoundError` */
    delete(webhookId: string, options?: RequestOptions): Promise<void>;
    /**
     * Returns the deliveries for webhooks and individual runs, newest first. The server keeps the last 100 deliveries per URL for 7
     * days.
     */
    deliveries(filter?: DeliveryFilter, options?: RequestOptions): Promise<WebhookDelivery[]>;
}
