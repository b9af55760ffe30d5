import { timingSafeEqual } from 'node:crypto';
import { formatValue } from '../shared/rules/format-value.js';
import { webhookEventTypes, createWebhookSignature } from '../shared/rules/webhook.js';
import type { WebhookEvent } from '../shared/types/webhook.js';
import { decodeSecrets } from './sign-webhook.js';
import { WebhookError } from '../errors/webhook-error.js';
import { classOf } from '../shared/rules/class-of.js';

/** Request headers: a `Headers` object, as with `fetch` and Hono, or a plain object, as with `node:http` and Express. */
export type HeadersLike =
  | {
      /** Returns a header's value, or `null` if the header is missing. */
      get(name: string): string | null;
    }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Options for {@link verifyWebhook}. */
export interface VerifyWebhookOptions {
  /** Maximum difference between the message's timestamp and the current time, in seconds. @default 300 */
  tolerance?: number | undefined;
  /** The time to use as the current time, for example in a test. @default new Date() */
  now?: Date | undefined;
}

/** Maximum number of signatures to check. Limits the work that a forged request can cause. */
const maxSignatures = 20;

/**
 * Verifies that a request is a recent, unmodified message from one of your webhooks, and returns its event. Sends no request.
 *
 * A message can be delivered more than once. Use the `webhook-id` header to detect duplicates.
 *
 * @param rawBody The raw request body, as a string or bytes, before a framework parses it.
 * @param secret The secret, `whsec_…`, or a list of secrets, for example during rotation.
 * @throws `WebhookError` if the verification fails or the event's type is unknown; `ValidationError` if a secret is malformed.
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
export function verifyWebhook(
  rawBody: string | Uint8Array,
  headers: HeadersLike,
  secret: string | readonly string[],
  { tolerance = 300, now = new Date() }: VerifyWebhookOptions = {},
): WebhookEvent {
  const keys = decodeSecrets(secret);
  if (typeof rawBody !== 'string' && classOf(rawBody) !== 'Uint8Array') {
    throw new WebhookError(
      'Expected the raw request body, as a string or bytes, got a parsed body. Read it before any middleware parses it.',
    );
  }
  const id = readHeader(headers, 'webhook-id');
  const timestamp = readHeader(headers, 'webhook-timestamp');
  const signatures = readHeader(headers, 'webhook-signature').split(' ', maxSignatures);
  const unixSeconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : NaN;
  if (Number.isNaN(unixSeconds)) {
    throw new WebhookError(
      `Expected the webhook-timestamp header to be Unix seconds, got '${timestamp.slice(0, 40)}'.`,
    );
  }
  const age = now.getTime() / 1000 - unixSeconds;
  if (!(Math.abs(age) <= tolerance)) {
    const when = `${Math.round(Math.abs(age))} s ${age > 0 ? 'old' : 'ahead of this clock'}`;
    throw new WebhookError(
      `Expected the message's timestamp to be within ${tolerance} s of the current time, got one that is ${when}.`,
    );
  }
  const hasValidSignature = keys.some((key) => {
    const expected = Buffer.from(createWebhookSignature(key, id, unixSeconds, rawBody));
    return signatures.some((signature) => isEqual(expected, Buffer.from(signature)));
  });
  if (!hasValidSignature) {
    throw new WebhookError(
      'No signature matches this body and secret. Either the secret is wrong, or the body is not the raw request body.',
    );
  }
  return parseEvent(rawBody);
}

function readHeader(headers: HeadersLike, name: string): string {
  const value = isFetchHeaders(headers)
    ? headers.get(name)
    : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const text = typeof value === 'object' && value !== null ? value[0] : value;
  if (text) return text;
  throw new WebhookError(`Missing ${name} header: this request is not a webhook message.`);
}

function isFetchHeaders(headers: HeadersLike): headers is { get(name: string): string | null } {
  return typeof headers['get'] === 'function';
}

function isEqual(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function parseEvent(rawBody: string | Uint8Array): WebhookEvent {
  const knownTypes: readonly unknown[] = webhookEventTypes;
  let received = 'invalid JSON';
  try {
    const event = JSON.parse(Buffer.from(rawBody).toString('utf8')) as WebhookEvent | null;
    received = formatValue(event?.type);
    if (typeof event === 'object' && knownTypes.includes(event?.type) && event) return event;
  } catch {
    // falls through to the error below
  }
  throw new WebhookError(
    `Expected a JSON body with one of these types: ${webhookEventTypes.join(', ')}, got ${received}. Update millrace to support newer types.`,
  );
}
