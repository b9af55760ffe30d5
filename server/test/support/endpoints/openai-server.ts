import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * How the server responds: correctly, with an error status, with an HTML page instead of JSON, with half a response, with other fields,
 * never, or with its vectors in another order.
 */
export type Mode = 'ok' | 500 | 429 | 401 | 404 | 'html' | 'trunc' | 'shape' | 'hang' | 'shuffled' | Habit;

/** A way in which a real server differs. If it returns `undefined`, the server responds correctly. */
export type Habit = (request: OpenAiRequest, right: () => unknown) => Reply | undefined | Promise<Reply | undefined>;

export interface Reply {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is. */
  readonly body: unknown;
}

export interface OpenAiRequest {
  readonly path: string;
  readonly key: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly json: Record<string, unknown>;
  readonly body: Buffer;
}

export interface OpenAiServer {
  /** Ends with `/v1`. */
  readonly baseUrl: string;
  readonly requests: OpenAiRequest[];
  /** The number of open requests that get no response. */
  hanging: number;
  mode: Mode;
  /** Returns the chat's reply to the last message. */
  chat: (said: string, request: OpenAiRequest) => string;
  /** Returns the vector of a text. */
  vectorOf: (text: string) => number[];
  /** The response to a transcription request. */
  transcription: unknown;
  finishReason: string;
}

/**
 * Starts a local OpenAI-compatible server, which is closed when the test has finished.
 *
 * @param onEnd Receives the function that closes the server. Without this parameter, the server is closed after the test.
 */
export async function startOpenAiServer(
  mode: Mode = 'ok',
  onEnd: (close: () => Promise<void>) => void = onTestFinished,
): Promise<OpenAiServer> {
  const http = createServer((request, response) => {
    receive(request).then(
      (received) => {
        server.requests.push(received);
        void respond(server, received, response);
      },
      // the client has aborted the request
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onEnd(async () => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
  const server: OpenAiServer = {
    baseUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
    requests: [],
    hanging: 0,
    mode,
    chat: (said) => `you said: ${said}`,
    vectorOf: (text) => [text.length, 1, 0.5],
    transcription: { text: '', segments: [] },
    finishReason: 'stop',
  };
  return server;
}

async function receive(request: IncomingMessage): Promise<OpenAiRequest> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  const isJson = request.headers['content-type']?.startsWith('application/json');
  return {
    path: request.url ?? '',
    key: request.headers.authorization?.replace('Bearer ', ''),
    headers: request.headers,
    json: isJson ? (JSON.parse(body.toString()) as Record<string, unknown>) : {},
    body,
  };
}

async function respond(server: OpenAiServer, request: OpenAiRequest, response: ServerResponse): Promise<void> {
  const { mode } = server;
  if (typeof mode === 'function') {
    const {
      status = 200,
      headers = {},
      body,
    } = (await mode(request, () => right(server, request))) ?? {
      body: right(server, request),
    };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
    return;
  }
  if (mode === 'hang') {
    server.hanging += 1;
    response.on('close', () => (server.hanging -= 1));
    return;
  }
  if (typeof mode === 'number') {
    response.writeHead(mode, { 'content-type': 'application/json', 'retry-after-ms': '10' });
    // some servers repeat the key that they refuse
    response.end(JSON.stringify({ error: { message: `no luck with ${request.key ?? 'no key'}`, type: 'test' } }));
    return;
  }
  if (mode === 'html') {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html>please log in</html>');
    return;
  }
  const body = JSON.stringify(mode === 'shape' ? { ok: true } : right(server, request));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  if (mode === 'trunc') response.write(body.slice(0, body.length / 2), () => response.destroy());
  else response.end(body);
}

function right(server: OpenAiServer, request: OpenAiRequest): unknown {
  const [path = ''] = request.path.split('?');
  if (path.endsWith('/embeddings')) {
    const data = [request.json['input'] as string | string[]].flat().map((text, index) => ({
      object: 'embedding',
      index,
      embedding: server.vectorOf(text),
    }));
    return { object: 'list', model: request.json['model'], data: server.mode === 'shuffled' ? data.reverse() : data };
  }
  if (path.endsWith('/chat/completions')) {
    const messages = request.json['messages'] as { content: unknown }[];
    const said = messages.at(-1)?.content;
    const content = server.chat(typeof said === 'string' ? said : JSON.stringify(said), request);
    return { choices: [{ index: 0, finish_reason: server.finishReason, message: { role: 'assistant', content } }] };
  }
  return server.transcription;
}
