import { randomUUID } from 'node:crypto';
import { webhookHeaders } from '../shared/rules/webhook-signature.js';
import { secretKeys } from './secret-keys.js';

/** What a signature is made of, besides the body and the secret. */
export interface SignWebhookOptions {
  /** @default a new one */
  id?: string | undefined;
  /** @default now */
  timestamp?: Date | undefined;
}

/** The headers of Standard Webhooks. */
export interface WebhookHeaders {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/**
 * Signs a body as the server does, to try an endpoint of your own without one. Makes no request.
 *
 * @throws `ValidationError` when the secret is none.
 * @example
 * ```ts
 * import { signWebhook } from 'millrace';
 *
 * const body = JSON.stringify({ type: 'run.completed', timestamp: new Date().toISOString(), data: {} });
 * const headers = signWebhook(body, process.env['WEBHOOK_SECRET'] ?? '');
 * await fetch('http://127.0.0.1:3000/millrace', { method: 'POST', body, headers: { ...headers } });
 * ```
 */
export function signWebhook(
  body: string | Uint8Array,
  secret: string,
  { id = `msg_${randomUUID()}`, timestamp = new Date() }: SignWebhookOptions = {},
): WebhookHeaders {
  const [key] = secretKeys(secret);
  return webhookHeaders(key as Buffer, id, Math.floor(timestamp.getTime() / 1000), body);
}
