import type { Readable } from 'node:stream';
import type { RequestOptions } from '../../shared/types/client-options.js';
import { parseJson } from '../response-body.js';
import type { Connection } from '../connection.js';
import { AbortTimer } from '../../shared/runtime/abort-timer.js';
import { exchangeStream, type HttpResponse } from '../exchange.js';
import { createApiError } from '../create-api-error.js';
import { TransportError } from '../transport-error.js';
import { parseTransferUrl } from './transfer-url.js';

const maxRedirects = 5;

/** A download in progress. */
export interface Download {
  /** The body. Reading it fails with a `TransportError` or the signal's reason. */
  readonly bytes: AsyncIterable<Buffer>;
  /** The length of the body in bytes, if the server sent it. */
  readonly length: number | undefined;
  /** The base64-encoded SHA-256 checksum of the whole content, if the server sent one (RFC 9530). */
  readonly sha256: string | undefined;
  /** The strong ETag of the content, if the server sent one. It ensures that a resumed download continues the same content. */
  readonly etag: string | undefined;
  /** The offset of the first byte within the whole content. `NaN` if a 206 response has no valid `Content-Range`. */
  readonly start: number;
  /** Releases the connection. Must always be called. */
  close(): void;
}

/**
 * Opens a download from a presigned URL or from `/v1`, and follows redirects. The API key is sent only with the first request, and only
 * to `/v1`, because a presigned URL or a redirect can lead to any host.
 *
 * @param resumeFrom The offset to continue from, and the ETag of the content. The server may send the whole content anyway.
 * @throws `TransportError` if no response arrives, or if the response is compressed; `ApiError` if the server returns an error;
 * `ResponseShapeError` if the URL or a redirect is invalid; the signal's reason if it is aborted.
 */
export async function openDownload(
  connection: Connection,
  url: string,
  action: string,
  options: RequestOptions,
  resumeFrom?: Pick<Download, 'etag' | 'start'>,
): Promise<Download> {
  const timeout = options.timeout ?? connection.settings.timeout;
  const abortTimer = new AbortTimer(
    options.signal,
    timeout,
    () => new TransportError(`no data was received for ${timeout} ms`, { code: 'TIMEOUT' }),
  );
  try {
    const rangeHeaders = resumeFrom && {
      Range: `bytes=${resumeFrom.start}-`,
      ...(resumeFrom.etag !== undefined && { 'If-Range': resumeFrom.etag }),
    };
    const response = await followRedirects(
      connection,
      parseTransferUrl(url, action),
      action,
      abortTimer.signal,
      rangeHeaders,
    );
    const { 'content-length': length, 'repr-digest': digest, etag, 'content-range': range } = response.headers;
    const stream = response.body;
    // without a listener, an error before the first read would crash the process; reading still fails
    stream.on('error', () => undefined);
    return {
      bytes: readChunks(stream, abortTimer),
      length: length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined,
      // a weak ETag, `W/"…"`, does not guarantee identical bytes
      etag: etag?.startsWith('"') ? etag : undefined,
      start: response.status === 206 ? Number(/^bytes (\d+)-/.exec(range ?? '')?.[1] ?? NaN) : 0,
      sha256: /(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):/i.exec(digest ?? '')?.[1],
      close: () => {
        abortTimer.clear();
        stream.destroy();
      },
    };
  } catch (error) {
    abortTimer.clear();
    throw error;
  }
}

async function followRedirects(
  connection: Connection,
  firstUrl: URL,
  action: string,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpResponse<Readable>> {
  let url = firstUrl;
  const isApi = firstUrl.href.startsWith(`${connection.apiUrl}/v1/`);
  const authHeaders = isApi ? await connection.createHeaders({ action, path: '/v1' }) : {};
  for (let redirectCount = 0; ; redirectCount++) {
    const response = await exchangeStream({
      method: 'GET',
      url,
      headers: { ...(redirectCount === 0 && authHeaders), Accept: '*/*', ...headers },
      signal,
      agents: connection.agents,
      proxy: connection.settings.proxyFor(url),
    });
    const { status, body } = response;
    connection.settings.log.debug(`GET ${url.origin}${url.pathname}: ${status}`);
    connection.outages.recordResponse(url.origin, response);
    if (status >= 200 && status < 300) return response;
    const location = response.headers['location'];
    if (status >= 300 && status < 400 && location !== undefined && redirectCount < maxRedirects) {
      body.destroy();
      url = parseTransferUrl(URL.canParse(location, url.href) ? new URL(location, url).href : location, action);
      continue;
    }
    const text = await readErrorText(body);
    throw createApiError(action, { ...response, body: parseJson(text) ?? text }, isApi ? 'key' : 'presigned');
  }
}

/**
 * Yields the chunks of a stream. Pauses the timeout while the consumer handles a chunk.
 *
 * @throws `TransportError` if the stream fails; the abort reason if the timer's signal is aborted. The stream's own error is not thrown,
 * because it references the request, which contains the API key.
 */
export async function* readChunks(stream: Readable, abortTimer: AbortTimer): AsyncGenerator<Buffer> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const next = await chunks.next().catch((error: unknown) => {
      if (abortTimer.signal.aborted) throw abortTimer.signal.reason;
      const { code } = error as { code?: string };
      throw new TransportError('the response was cut off', { code: code?.startsWith('E') ? code : 'ECONNRESET' });
    });
    if (next.done) return;
    abortTimer.pause();
    yield next.value;
    abortTimer.restart();
  }
}

/** Returns the beginning of an error response, and destroys the stream. Stops reading when the text exceeds 10,000 characters. */
export async function readErrorText(body: Readable): Promise<string> {
  let text = '';
  try {
    for await (const chunk of body) {
      text += (chunk as Buffer).toString('utf8');
      if (text.length > 10_000) break;
    }
  } catch {
    // the part that has arrived is enough for the error message
  }
  body.destroy();
  return text;
}
