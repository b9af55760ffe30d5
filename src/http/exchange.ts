import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import type { ProxyChoice } from '../settings/proxy.js';
import type { Agents } from './agents.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { formatValue } from '../shared/rules/format-value.js';
import { TransportError } from './transport-error.js';
import { version } from '../../package.json';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';

const userAgent = `millrace/${version} node/${process.versions.node}`;

interface ExchangeRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | Readable;
  /** Aborts the exchange, which then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  readonly agents: Agents;
  readonly proxy: ProxyChoice;
  /** If true, the request opens a new connection, unless the user supplied the agent. @default false */
  readonly needsNewConnection?: boolean;
  /** If true, the exchange does not keep the process alive. @default false */
  readonly isBackground?: boolean;
}

export interface HttpResponse<Body = Buffer> {
  readonly status: number;
  /** The headers, keyed by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/**
 * Sends one HTTP request and returns the complete response, regardless of its status.
 *
 * @throws `TransportError` if no complete response arrives, or if the response is compressed or too large; `ConfigurationError` if axios is
 * the browser build; the signal's reason if it is aborted.
 */
export async function exchange(request: ExchangeRequest): Promise<HttpResponse> {
  return toResponse<Buffer>(await send(request, 'arraybuffer'));
}

/** Sends one HTTP request and returns the response as soon as the headers have arrived. The caller must read or destroy the body. */
export async function exchangeStream(request: ExchangeRequest): Promise<HttpResponse<Readable>> {
  return toResponse<Readable>(await send(request, 'stream'));
}

async function send(request: ExchangeRequest, responseType: 'arraybuffer' | 'stream'): Promise<AxiosResponse<unknown>> {
  const { default: axios } = await import('axios');
  throwIfAborted(request.signal);
  try {
    const config: AxiosRequestConfig = {
      method: request.method,
      url: request.url.href,
      headers: { 'User-Agent': userAgent, ...request.headers, 'Accept-Encoding': 'identity' },
      ...(request.body !== undefined && { data: request.body }),
      responseType,
      signal: request.signal,
      proxy: request.proxy === false ? false : { ...request.proxy },
      ...request.agents.get(request.needsNewConnection ?? false),
      ...(request.isBackground && { transport: backgroundTransport }),
      // the fetch adapter of axios would send a form as the string `[object FormData]`
      adapter: 'http',
      // to follow redirects, axios would buffer the whole request body in memory
      maxRedirects: 0,
      maxBodyLength: Infinity,
      // a streamed file can have any size
      maxContentLength: responseType === 'stream' ? Infinity : maxResponseBytes,
      // never decompress, because a small compressed response could expand without limit
      decompress: false,
      validateStatus: null,
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
    };
    const response = await axios.request<unknown>(config);
    rejectCompressed(response);
    return response;
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    throw toTransportError(error);
  }
}

const browserBuildMessage =
  "Expected the Node build of axios, got the browser build. If this is jest's jsdom environment, set " +
  "`testEnvironmentOptions: { customExportConditions: ['node', 'node-addons'] }` in its configuration. If this is a bundle, build it for Node.";

/** Maximum size of a response that is kept in memory, in bytes. */
const maxResponseBytes = 128 * 1024 ** 2;

/** @throws `TransportError` if the body is compressed although the request sent `Accept-Encoding: identity`. */
function rejectCompressed({ headers, data }: AxiosResponse<unknown>): void {
  const encoding = String(headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding === 'identity' || encoding === '') return;
  if (data instanceof Readable) data.destroy();
  throw new TransportError(
    `expected an uncompressed response, got the content encoding ${formatValue(encoding)}. ` +
      'On the server or the proxy in front of it, turn off compression for requests with Accept-Encoding: identity',
    { code: 'ERR_BAD_ENCODING' },
  );
}

/** Converts an error from axios to one that does not reference the request, which contains the key. */
function toTransportError(error: unknown): TransportError | ConfigurationError {
  if (error instanceof TransportError) return error;
  const { code, message, request } = error as { code?: string; message?: string; request?: { reusedSocket?: boolean } };
  if (code === 'ERR_BAD_RESPONSE' && message?.startsWith('maxContentLength')) {
    const limit = `${maxResponseBytes / 1024 ** 2} MiB`;
    return new TransportError(`the response is larger than ${limit}. Request less data at once`, {
      code: 'ERR_BAD_SIZE',
    });
  }
  // `validateStatus: null` accepts every status, so the only other cause of this code is a truncated response
  if (code === 'ERR_BAD_RESPONSE') return new TransportError('the response was cut off', { code: 'ECONNRESET' });
  if (code === 'ERR_NOT_SUPPORT') return new ConfigurationError(browserBuildMessage);
  const errorCode = code ?? 'ERR_UNKNOWN';
  return new TransportError(message || errorCode, { code: errorCode, hasReusedSocket: request?.reusedSocket === true });
}

function toResponse<Body>(response: AxiosResponse<unknown>): HttpResponse<Body> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value != null) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return { status: response.status, headers, body: response.data as Body };
}

/** A transport for axios whose requests do not keep the process alive. */
const backgroundTransport = {
  request(options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void): http.ClientRequest {
    const { request } = options.protocol === 'https:' ? https : http;
    // the agent calls `ref()` before it reuses the socket, so a later request can keep the process alive
    return request(options, onResponse).once('socket', (socket: Partial<Socket>) => socket.unref?.());
  },
};
