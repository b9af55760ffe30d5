import { randomUUID } from 'node:crypto';
import { createWebhookHeaders, checkWebhookSecret, decodeWebhookSecret } from '../shared/rules/webhook.js';
import { ValidationError } from '../errors/validation-error.js';

/** Options for {@link signWebhook}. */
export interface SignWebhookOptions {
  /** The message id. @default a random id, `msg_…` */
  id?: string | undefined;
  /** The message's timestamp. @default the current time */
  timestamp?: Date | undefined;
}

/** The headers of a webhook message, as defined by Standard Webhooks. */
export interface WebhookHeaders {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/**
 * Signs a webhook message as the server does, and returns its headers. Use it to test your endpoint without a server. Sends no request.
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
export function signWebhook(
  body: string | Uint8Array,
  secret: string,
  { id = `msg_${randomUUID()}`, timestamp = new Date() }: SignWebhookOptions = {},
): WebhookHeaders {
  const [key] = decodeSecrets(secret);
  return createWebhookHeaders(key as Buffer, id, Math.floor(timestamp.getTime() / 1000), body);
}

/** Decodes one or more secrets into signing keys. @throws `ValidationError` if a secret is malformed or the list is empty. */
export function decodeSecrets(secret: string | readonly string[]): Buffer[] {
  const secrets: readonly unknown[] = typeof secret === 'string' || !Array.isArray(secret) ? [secret] : secret;
  const keys = secrets.map(decodeWebhookSecret).filter((key) => key !== undefined);
  if (keys.length === secrets.length && keys.length > 0) return keys;
  const invalid = secrets.length === 0 ? secrets : secrets.find((value) => decodeWebhookSecret(value) === undefined);
  const message = checkWebhookSecret(invalid) ?? '';
  throw new ValidationError([
    { path: ['secret'], message: `${message}. Use the secret that webhooks.create() returned` },
  ]);
}
