import { createHmac } from 'node:crypto';
import type { Issue } from '../types/error-code.js';
import type { WebhookEventType } from '../types/webhook.js';
import { showValue } from './show-value.js';

export const webhookEventTypes = [
  'run.completed',
  'run.failed',
  'run.cancelled',
  'run.crashed',
] as const satisfies readonly WebhookEventType[];

const maxUrlLength = 2048;

/** Checks the address of a webhook. It must not have a password: everyone who lists webhooks would read it. */
function checkWebhookUrl(value: unknown): string | undefined {
  const expected = 'Expected the url of a webhook to be an address that starts with http:// or https://';
  if (typeof value !== 'string' || !URL.canParse(value)) return `${expected}, got ${showValue(value)}`;
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `${expected}, got ${showValue(value)}`;
  if (url.username || url.password) return `${expected}, without a user name or password; verify the signature instead`;
  if (value.length > maxUrlLength) return `${expected}, of at most ${maxUrlLength} characters, got ${value.length}`;
  return undefined;
}

/** Returns the bytes of a `whsec_…`, or `undefined` when the secret has another form. */
export function readWebhookSecret(secret: unknown): Buffer | undefined {
  const base64 = typeof secret === 'string' ? /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1] : undefined;
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
}

/** Checks a secret. The message never shows it. */
export function checkWebhookSecret(secret: unknown): string | undefined {
  if (readWebhookSecret(secret)) return undefined;
  return 'Expected the secret of a webhook to be `whsec_` and the base64 of 24 to 64 random bytes, got something else';
}

function checkWebhookEvents(value: unknown): string | undefined {
  const known: readonly unknown[] = webhookEventTypes;
  if (Array.isArray(value) && value.length > 0 && value.every((type) => known.includes(type))) return undefined;
  return `Expected the events of a webhook to be some of ${webhookEventTypes.join(', ')}, got ${showValue(value)}`;
}

interface GivenWebhook {
  readonly url?: unknown;
  readonly secret?: unknown;
  readonly events?: unknown;
}

/** Checks a webhook. The issues' paths start inside it. */
export function checkWebhook(given: unknown, options: { readonly needsSecret: boolean }): Issue[] {
  if (typeof given !== 'object' || given === null) {
    return [{ path: [], message: `Expected a webhook to be { url, secret }, got ${showValue(given)}` }];
  }
  const { url, secret, events }: GivenWebhook = given;
  const issue = (name: string, message: string | undefined) =>
    message === undefined ? [] : [{ path: [name], message }];
  return [
    ...issue('url', checkWebhookUrl(url)),
    ...(secret == null && !options.needsSecret ? [] : issue('secret', checkWebhookSecret(secret))),
    ...(events == null ? [] : issue('events', checkWebhookEvents(events))),
  ];
}

/**
 * Returns the signature of one message by the Standard Webhooks rules
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): `v1,` and the base64 of
 * HMAC-SHA256 over id, timestamp and body, joined by dots.
 *
 * @param timestamp Unix seconds.
 */
export function webhookSignature(key: Buffer, id: string, timestamp: number, body: string | Uint8Array): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** Returns the headers of a signed message. */
export function webhookHeaders(key: Buffer, id: string, timestamp: number, body: string | Uint8Array) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': webhookSignature(key, id, timestamp, body),
  };
}
