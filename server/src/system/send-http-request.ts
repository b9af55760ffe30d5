import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { getAbortReason } from 'millrace/shared/runtime/abort-reason.js';

export interface HttpRequest {
  readonly url: URL;
  readonly method: 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface ExchangeOptions {
  readonly signal: AbortSignal;
  /** Maximum size of the response body, in bytes. */
  readonly maxBytes: number;
  /** Whether to reuse connections. A request fails if the endpoint has just closed the reused connection. @default true */
  readonly keepAlive?: boolean;
}

/** Thrown if the response body cannot be read completely. The cause is the connection's error or a `ResponseTooLargeError`. */
export class BrokenResponseError extends Error {}

export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';
}

/**
 * Sends one request and reads its response. Does not follow redirects, because a redirect could send user data to a different host.
 * Does not use `fetch`, because `fetch` times out if the response headers do not arrive within five minutes.
 *
 * @throws The signal's reason, `BrokenResponseError`, or the connection's error.
 */
export function sendHttpRequest(
  { url, method, headers, body }: HttpRequest,
  { signal, maxBytes, keepAlive = true }: ExchangeOptions,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      reject(signal.aborted ? getAbortReason(signal) : (error as Error));
    };
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const options = {
      ...{ method, signal, headers: { ...headers, 'content-length': String(body.length) } },
      ...(!keepAlive && { agent: false }),
    };
    const outgoing = send(url, options, (incoming) => {
      readBody(incoming, maxBytes).then(
        (content) => resolve({ status: incoming.statusCode ?? 0, headers: readHeaders(incoming), body: content }),
        (error: unknown) => fail(new BrokenResponseError('the response could not be read', { cause: error })),
      );
    });
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ResponseTooLargeError(`larger than ${maxBytes / 2 ** 20} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
