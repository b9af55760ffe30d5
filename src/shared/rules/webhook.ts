import { createHmac } from 'node:crypto';
import type { Issue } from '../types/error-code.js';
import type { WebhookEventType } from '../types/webhook.js';
import { countCharacters } from './characters.js';
import { formatValue } from './format-value.js';

export const webhookEventTypes = [
  'run.completed',
  'run.failed',
  'run.cancelled',
  'run.crashed',
  'batch.completed',
] as const satisfies readonly WebhookEventType[];

const maxUrlLength = 2048;

const credentialsMessage =
  'Expected the webhook URL to have no user name or password, got a URL with credentials; verify the signature instead';

/** Checks a webhook URL. It must not contain credentials, because anyone who can list the webhooks can read their URLs. */
function checkWebhookUrl(value: unknown): string | undefined {
  const expected = 'Expected the webhook URL to start with http:// or https://';
  if (typeof value !== 'string' || !URL.canParse(value)) return `${expected}, got ${formatValue(value)}`;
  // `new URL` removes or encodes these characters, so the requested URL would differ from the stored URL
  if (/[\s\p{Cc}]/u.test(value))
    return `Expected the webhook URL to have no whitespace or control characters, got ${formatValue(value)}`;
  // `new URL` also accepts `https:example.com`
  if (!/^https?:\/\/[^/\\]/i.test(value)) return `${expected}, got ${formatValue(value)}`;
  const url = new URL(value);
  if (url.username || url.password) return credentialsMessage;
  if (value.length > maxUrlLength)
    return `${expected} and have at most ${maxUrlLength} characters, got ${value.length}`;
  return undefined;
}

/** Decodes a `whsec_…` secret. Returns `undefined` if the secret is invalid. */
export function decodeWebhookSecret(secret: unknown): Buffer | undefined {
  const base64 = typeof secret === 'string' ? /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1] : undefined;
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
}

/** Checks a webhook secret. The error message does not contain the secret. */
export function checkWebhookSecret(secret: unknown): string | undefined {
  if (decodeWebhookSecret(secret)) return undefined;
  return `Expected the webhook secret to be \`whsec_\` followed by 24 to 64 random bytes in base64, got ${describeSecret(secret)}`;
}

function describeSecret(secret: unknown): string {
  if (typeof secret !== 'string') return formatValue(secret);
  const count = countCharacters(secret);
  return `a string of ${count} ${count === 1 ? 'character' : 'characters'}${secret.startsWith('whsec_') ? '' : ' without `whsec_`'}`;
}

function checkWebhookEvents(value: unknown): string | undefined {
  const validTypes: readonly unknown[] = webhookEventTypes;
  if (Array.isArray(value) && value.length > 0 && value.every((type) => validTypes.includes(type))) return undefined;
  return `Expected the webhook events to be one or more of ${webhookEventTypes.join(', ')}, got ${formatValue(value)}`;
}

interface WebhookFields {
  readonly url?: unknown;
  readonly secret?: unknown;
  readonly events?: unknown;
}

/** Checks a webhook's URL, secret and events. The issues' paths are relative to the webhook. */
export function checkWebhook(webhook: unknown, options: { readonly needsSecret: boolean }): Issue[] {
  if (typeof webhook !== 'object' || webhook === null) {
    return [{ path: [], message: `Expected a webhook to be { url, secret }, got ${formatValue(webhook)}` }];
  }
  const { url, secret, events }: WebhookFields = webhook;
  const toIssues = (name: string, message: string | undefined) =>
    message === undefined ? [] : [{ path: [name], message }];
  return [
    ...toIssues('url', checkWebhookUrl(url)),
    ...(secret == null && !options.needsSecret ? [] : toIssues('secret', checkWebhookSecret(secret))),
    ...(events == null ? [] : toIssues('events', checkWebhookEvents(events))),
  ];
}

/**
 * Returns the signature of a message according to the Standard Webhooks specification
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): `v1,` followed by the
 * base64 HMAC-SHA256 of the id, timestamp and body joined by dots.
 *
 * @param timestamp The time in Unix seconds.
 */
export function createWebhookSignature(key: Buffer, id: string, timestamp: number, body: string | Uint8Array): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** Returns the headers of a signed message, according to the Standard Webhooks specification. */
export function createWebhookHeaders(key: Buffer, id: string, timestamp: number, body: string | Uint8Array) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': createWebhookSignature(key, id, timestamp, body),
  };
}
