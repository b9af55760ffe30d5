import { timingSafeEqual } from 'node:crypto';
import { webhookEventTypes, webhookSignature } from '../shared/rules/webhook.js';
import type { WebhookEvent } from '../shared/types/webhook.js';
import { secretKeys } from './sign-webhook.js';
import { MillraceError } from '../errors/millrace-error.js';

/** The request is not a webhook, is too old, or was changed on its way. Respond to it with status 400. */
export class WebhookError extends MillraceError {
  override readonly name: string = 'WebhookError';
  readonly code = 'webhook' as const;
}

/** The headers of a request, as in `node:http` and Express, or as in `fetch` and Hono. */
export type HeadersLike =
  | {
      /** Returns `null` if there is no such header. */
      get(name: string): string | null;
    }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The options of {@link verifyWebhook}. */
export interface VerifyWebhookOptions {
  /** How many seconds the timestamp may be in the past or in the future. @default 300 */
  tolerance?: number | undefined;
  /** The current time. @default new Date() */
  now?: Date | undefined;
}

/** More than any sender has. Each signature is compared with each key, so an attacker must not choose how many there are. */
const maxSignatures = 20;

/**
 * Checks that a request is one of your webhooks, unchanged and recent, and returns its event. Makes no request.
 *
 * A message can be delivered twice: remember the header `webhook-id`.
 *
 * @param rawBody The body as it arrived, text or bytes, before a framework parses it.
 * @param secret `whsec_…`, or several of them while you replace one.
 * @throws `WebhookError` that says what is wrong; `ValidationError` when the secret has another form.
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
  const keys = secretKeys(secret);
  if (typeof rawBody !== 'string' && !(rawBody instanceof Uint8Array)) {
    throw new WebhookError(
      'Expected the raw body of the request, text or bytes, got a parsed one. Read it before anything parses it.',
    );
  }
  const id = readHeader(headers, 'webhook-id');
  const sent = readHeader(headers, 'webhook-timestamp');
  const signatures = readHeader(headers, 'webhook-signature').split(' ', maxSignatures);
  const seconds = /^\d{1,12}$/.test(sent) ? Number(sent) : NaN;
  if (Number.isNaN(seconds)) {
    throw new WebhookError(`Expected the header webhook-timestamp to be Unix seconds, got '${sent.slice(0, 40)}'.`);
  }
  const age = now.getTime() / 1000 - seconds;
  if (!(Math.abs(age) <= tolerance)) {
    const when = `${Math.round(Math.abs(age))} s ${age > 0 ? 'old' : 'ahead of this clock'}`;
    throw new WebhookError(`Expected a message of the last ${tolerance} s, got one that is ${when}.`);
  }
  const isSigned = keys.some((key) => {
    const expected = Buffer.from(webhookSignature(key, id, seconds, rawBody));
    return signatures.some((signature) => isEqual(expected, Buffer.from(signature)));
  });
  if (!isSigned) {
    throw new WebhookError(
      'Expected a signature that the secret makes of this body, got none. Either the secret is another one, or the body is not the raw one.',
    );
  }
  return readEvent(rawBody);
}

function readHeader(headers: HeadersLike, name: string): string {
  const value = isHeaders(headers)
    ? headers.get(name)
    : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const text = typeof value === 'object' && value !== null ? value[0] : value;
  if (text) return text;
  throw new WebhookError(`Expected a request with the header ${name}, got none: this is not a webhook's.`);
}

function isHeaders(headers: HeadersLike): headers is { get(name: string): string | null } {
  return typeof headers['get'] === 'function';
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function readEvent(rawBody: string | Uint8Array): WebhookEvent {
  const known: readonly unknown[] = webhookEventTypes;
  try {
    const event = JSON.parse(Buffer.from(rawBody).toString('utf8')) as WebhookEvent | null;
    if (typeof event === 'object' && known.includes(event?.type) && event) return event;
  } catch {
    // the error below covers this case
  }
  throw new WebhookError(
    `Expected a JSON body with a type of ${webhookEventTypes.join(', ')}, got another one. Update millrace to read newer ones.`,
  );
}
