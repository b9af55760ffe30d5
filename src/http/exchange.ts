import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { AxiosRequestConfig, AxiosResponse } from 'axios';
import type { ProxyChoice } from '../settings/proxy.js';
import type { Agents } from './agents.js';
import { TransportFault } from './transport-fault.js';
import { version } from '../../package.json';

/** How this package introduces itself to a server. */
const userAgent = `millrace/${version} node/${process.versions.node}`;

export interface Exchange {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | Readable;
  /** Aborted with a reason, which the exchange then rejects with. */
  readonly signal: AbortSignal;
  readonly agents: Agents;
  readonly proxy: ProxyChoice;
  /** On a connection of its own. */
  readonly fresh?: boolean;
  /** Keeps no program alive. */
  readonly isBackground?: boolean;
}

export interface HttpResponse<Body = Buffer> {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** One request and its whole answer, whatever its status. @throws `TransportFault`, or the signal's reason. */
export async function exchange(request: Exchange): Promise<HttpResponse> {
  return responseOf<Buffer>(await send(request, 'arraybuffer'));
}

/** One request and its answer's head; the body is for the caller to read or to destroy. */
export async function exchangeStream(request: Exchange): Promise<HttpResponse<Readable>> {
  return responseOf<Readable>(await send(request, 'stream'));
}

async function send(request: Exchange, responseType: 'arraybuffer' | 'stream'): Promise<AxiosResponse<unknown>> {
  const { default: axios } = await import('axios');
  request.signal.throwIfAborted();
  try {
    const config: AxiosRequestConfig = {
      method: request.method,
      url: request.url.href,
      headers: { 'User-Agent': userAgent, ...request.headers, 'Accept-Encoding': 'identity' },
      ...(request.body !== undefined && { data: request.body }),
      responseType,
      signal: request.signal,
      proxy: request.proxy === false ? false : { ...request.proxy },
      ...request.agents.get(request.fresh ?? false),
      ...(request.isBackground && { transport: backgroundTransport }),
      // fetch would send the text `[object FormData]` for a form
      adapter: 'http',
      // with redirects to follow, the whole body is kept in memory to be sent again
      maxRedirects: 0,
      maxBodyLength: Infinity,
      maxContentLength: Infinity,
      decompress: responseType !== 'stream',
      validateStatus: null,
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
    };
    return await axios.request<unknown>(config);
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    throw toFault(error);
  }
}

/** Keeps the words and leaves the request, which has the key in it. */
function toFault(error: unknown): TransportFault {
  const { code, message, request } = error as { code?: string; message?: string; request?: { reusedSocket?: boolean } };
  // axios's word for an answer that was cut off; nothing else gives it here, where every status and length is taken
  if (code === 'ERR_BAD_RESPONSE') return new TransportFault('the answer broke off', { code: 'ECONNRESET' });
  const known = code ?? 'ERR_UNKNOWN';
  return new TransportFault(message || known, { code: known, reusedSocket: request?.reusedSocket === true });
}

function responseOf<Body>(response: AxiosResponse<unknown>): HttpResponse<Body> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value != null) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return { status: response.status, headers, body: response.data as Body };
}

/** Sends as the platform does, but a request that is under way keeps no program alive. */
const backgroundTransport = {
  request(options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void): http.ClientRequest {
    const { request } = options.protocol === 'https:' ? https : http;
    // an agent that passes the connection on to a request of another kind takes this back
    return request(options, onResponse).once('socket', (socket: Partial<Socket>) => socket.unref?.());
  },
};
