import { AbortTimer } from '../shared/runtime/abort-timer.js';
import { ServerSentEventParser, type ServerSentEvent } from '../shared/runtime/server-events.js';
import type { Call } from './call.js';
import type { Connection } from './connection.js';
import { createApiError } from './create-api-error.js';
import { exchangeStream } from './exchange.js';
import { parseJson } from './response-body.js';
import { readChunks, readErrorText } from './transfer/download.js';
import { TransportError } from './transport-error.js';

/** Maximum time without data, in milliseconds. The server sends a heartbeat every 15 seconds. */
const maxSilenceMs = 45_000;

interface EventStreamOptions {
  readonly lastEventId: string;
  readonly onOpen: () => void;
  readonly signal: AbortSignal | undefined;
  readonly timeout?: number | undefined;
}

/**
 * Yields server-sent events until the server ends the response. Reads more data only after the caller has consumed the previous
 * events.
 *
 * @param lastEventId The id of the last event in an earlier response, or an empty string.
 * @param onOpen Called when a response with status 200 begins, before the first event.
 * @param timeout Maximum time until the response begins, in milliseconds.
 * @throws `ConnectionError` if the connection is lost or silent for too long; `ApiError` if the status is not 200; the signal's reason if
 * it is aborted.
 */
export async function* readServerEvents(
  connection: Connection,
  call: Call,
  { lastEventId, onOpen, signal, timeout = maxSilenceMs }: EventStreamOptions,
): AsyncGenerator<ServerSentEvent, undefined> {
  const url = new URL(connection.apiUrl + call.path);
  const createTimeoutError = (timeoutMs: number) =>
    new TransportError(`no data was received for ${timeoutMs} ms`, { code: 'TIMEOUT' });
  const { isBackground = false } = call;
  const abortTimer = new AbortTimer(signal, maxSilenceMs, createTimeoutError, !isBackground);
  abortTimer.restart(timeout);
  try {
    const response = await exchangeStream({
      method: 'GET',
      url,
      headers: {
        ...(await connection.createHeaders(call)),
        Accept: 'text/event-stream',
        ...(lastEventId !== '' && { 'Last-Event-ID': lastEventId }),
      },
      signal: abortTimer.signal,
      agents: connection.agents,
      proxy: connection.settings.proxyFor(url),
      isBackground,
    });
    abortTimer.restart();
    const { status, body } = response;
    connection.settings.log.debug(`GET ${url.pathname}: ${status}`);
    connection.outages.recordResponse(url.origin, response);
    // without a listener, an error before the first read would crash the process; reading still fails
    body.on('error', () => undefined);
    try {
      if (status !== 200) {
        const text = await readErrorText(body);
        throw createApiError(call.action, { ...response, body: parseJson(text) ?? text });
      }
      onOpen();
      const parser = new ServerSentEventParser();
      const decoder = new TextDecoder();
      for await (const chunk of readChunks(body, abortTimer))
        yield* parser.push(decoder.decode(chunk, { stream: true }));
    } finally {
      body.destroy();
    }
    return undefined;
  } catch (error) {
    throw error instanceof TransportError ? error.toConnectionError(call.action, url) : error;
  } finally {
    abortTimer.clear();
  }
}
