/** Options for {@link signWebhook}. */
export interface SignWebhookOptions {
    /** The message id. @default a new one */
    id?: string | undefined;
    /** The time at which the message is sent. @default now */
    timestamp?: Date | undefined;
}
/** The headers of a webhook message, as defined by Standard Webhooks. */
export interface WebhookHeaders {
    'webhook-id': string;
    'webhook-timestamp': string;
    'webhook-signature': string;
}
/**
 * Signs a body the way the server does, so that you can test your endpoint without a server. Sends no request.
 *
 * @throws `ValidationError` if the secret is malformed.
 * @example
 * ```ts
 * import { signWebhook } from 'millrace';
 *
 * const body = JSON.stringify({ type: 'run.completed', timestamp: new Date().toISOString(), data: {} });
 * const headers = signWebhook(body, process.env['WEBHOOK_SECRET'] ?? '');
 * await fetch('http://127.0.0.1:3000/millrace', { method: 'POST', body, headers: { ...headers } });
 * ```
 */
export declare function signWebhook(body: string | Uint8Array, secret: string, { id, timestamp }?: SignWebhookOptions): WebhookHeaders;
/** Decodes secrets into keys. @throws `ValidationError` if a secret is malformed. */
export declare function secretKeys(secret: string | readonly string[]): Buffer[];
