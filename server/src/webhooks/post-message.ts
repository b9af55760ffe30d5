import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AttemptOutcome } from '../store/tables/webhook-deliveries.js';
import { lookupPublic, refusePrivateHost } from './public-address.js';

export interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PostOptions {
  readonly allowPrivate: boolean;
  /** For all of it: name, connection, request and answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface PostOutcome extends AttemptOutcome {
  /** The header of this name, of an answer that asks to come back later. */
  readonly retryAfter?: string | undefined;
}

/** The statuses with which `Retry-After` is about this message (RFC 9110, 15.6.4; RFC 6585, 4). */
const laterStatuses = [429, 503];

/** What of an answer is read, for the receiver's sake: nobody looks at it. */
const readBytes = 4096;

/**
 * Posts a message once, on a connection of its own, and without following redirects.
 *
 * @returns What came of it; never rejects.
 */
export async function postMessage({ url: text, headers, body }: Message, options: PostOptions): Promise<PostOutcome> {
  const stop = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  try {
    const url = new URL(text);
    if (!options.allowPrivate) refusePrivateHost(url);
    const { status, retryAfter } = await exchange(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        signal: stop,
        agent: false,
        maxHeaderSize: 16_384,
        ...(options.allowPrivate ? {} : { lookup: lookupPublic }),
      },
      body,
    );
    return { status, error: describeRefusal(status), ...(laterStatuses.includes(status) && { retryAfter }) };
  } catch (error) {
    const isLate = stop.aborted && !options.signal.aborted;
    return { status: null, error: isLate ? `no answer within ${options.timeoutMs / 1000} s` : describeFault(error) };
  }
}

interface Response {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

function exchange(url: URL, options: RequestOptions, body: string): Promise<Response> {
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

/** The status is the answer, however its body ends. */
function drain(response: IncomingMessage, done: () => void): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes >= readBytes) done();
  });
  response.once('close', done);
  response.on('error', done);
}

function describeRefusal(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `status ${status}: redirects are not followed`;
  return `status ${status}`;
}

/** A few words of the system's own. */
function describeFault(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return [code, message]
    .filter((part, i, parts) => part && !(i === 0 && parts[1]?.includes(part)))
    .join(': ')
    .slice(0, 300);
}
