import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AttemptOutcome } from '../store/tables/webhooks/webhook-deliveries.js';
import { assertPublicHost, lookupPublic } from './public-address.js';

interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface PostOptions {
  readonly allowPrivateAddresses: boolean;
  /** Timeout, in milliseconds, for the whole attempt: DNS lookup, connection, request and response. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface PostOutcome extends AttemptOutcome {
  /** The `Retry-After` header, if the status is one of {@link retryAfterStatuses}. */
  readonly retryAfter?: string | undefined;
}

/**
 * Statuses whose `Retry-After` header specifies when to send the message again (RFC 9110, section 15.6.4; RFC 6585, section 4).
 */
const retryAfterStatuses = [429, 503];

/**
 * Number of bytes of a response body after which the connection is closed. Shorter bodies are read to the end, so that the receiver can
 * finish sending them.
 */
const maxDrainBytes = 4096;

/**
 * Posts a message once, over a new connection, without following redirects.
 *
 * @returns The outcome. The promise never rejects.
 */
export async function postMessage(
  { url: urlText, headers, body }: Message,
  options: PostOptions,
): Promise<PostOutcome> {
  const stopSignal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  try {
    const url = new URL(urlText);
    if (!options.allowPrivateAddresses) assertPublicHost(url);
    const { status, retryAfter } = await sendRequest(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        signal: stopSignal,
        agent: false,
        maxHeaderSize: 16_384,
        ...(options.allowPrivateAddresses ? {} : { lookup: lookupPublic }),
      },
      body,
    );
    return { status, error: describeStatusError(status), ...(retryAfterStatuses.includes(status) && { retryAfter }) };
  } catch (error) {
    const hasTimedOut = stopSignal.aborted && !options.signal.aborted;
    return {
      status: null,
      error: hasTimedOut ? `no response within ${options.timeoutMs / 1000} s` : describeError(error),
    };
  }
}

interface ResponseHead {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

function sendRequest(url: URL, options: RequestOptions, body: string): Promise<ResponseHead> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = request(url, options, (response) => {
      const status = response.statusCode ?? 0;
      const retryAfter = response.headers['retry-after'];
      drain(response, () => {
        resolve({ status, retryAfter });
        outgoing.destroy();
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/**
 * Discards the response body and calls `done` at its end or after `maxDrainBytes`. Also calls `done` if the response is cut off, because
 * the status and headers have already arrived. Can call `done` more than once.
 */
function drain(response: IncomingMessage, done: () => void): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes >= maxDrainBytes) done();
  });
  response.once('close', done);
  response.on('error', done);
}

function describeStatusError(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `status ${status}; redirects are not followed`;
  return `status ${status}`;
}

/** Returns the error's code and message, truncated. Omits the code if the message contains it. */
function describeError(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return [code, message]
    .filter((part, i, parts) => part && !(i === 0 && parts[1]?.includes(part)))
    .join(': ')
    .slice(0, 300);
}
