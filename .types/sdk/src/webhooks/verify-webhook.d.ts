import type { WebhookEvent } from '../shared/types/webhook.js';
/** Request headers in the format of either `node:http` and Express, or `fetch` and Hono. */
export type HeadersLike = {
    /** Returns `null` if there is no such header. */
    get(name: string): string | null;
} | Readonly<Record<string, string | readonly string[] | undefined>>;
/** Options for {@link verifyWebhook}. */
export interface VerifyWebhookOptions {
    /** Maximum difference between the timestamp and the current time, in seconds. @default 300 */
    tolerance?: number | undefined;
    /** The current time. @default new Date() */
    now?: Date | undefined;
}
/**
 * Verifies that a request is a recent, unmodified message from one of your webhooks, and returns its event. Sends no request.
 *
 * A message can be delivered twice, so use the `webhook-id` header to detect duplicates.
 *
 * @param rawBody The raw request body, as a string or bytes, before a framework parses it.
 * @param secret The secret, `whsec_…`, or several of them during rotation.
 * @throws `WebhookError` if the verification fails; `ValidationError` if the secret is malformed.
 * @example
 * ```ts
 * import { verifyWebhook } from 'millrace';
 *
 * export async function receive(request: Request): Promise<Response> {
 *   const event = verifyWebhook(await request.text(), request.headers, process.env['WEBHOOK_SECRET'] ?? '');
 *   if (event.type === 'run.completed') console.log(event.data.requestId);
 *   return new Response(null, { status: 204 });
 * }
 * ```
 */
export declare function verifyWebhook(rawBody: string | Uint8Array, headers: HeadersLike, secret: string | readonly string[], { tolerance, now }?: VerifyWebhookOptions): WebhookEvent;
