import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** The body, parsed as JSON; `undefined` if it is not JSON. */
  readonly json: Record<string, unknown> | undefined;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  readonly body?: string | Buffer;
}

/** Returns the reply to send, or `undefined` if the handler writes the response itself. */
export type Handler = (
  seen: RecordedRequest,
  response: ServerResponse,
  request: IncomingMessage,
) => Reply | undefined | Promise<Reply | undefined>;

export interface FakeServer {
  readonly url: string;
  readonly requests: RecordedRequest[];
  /** Returns the number of connections opened so far. */
  readonly connections: () => number;
  /** Returns the paths of the requests, in order. */
  readonly paths: () => string[];
  /** Returns the requests whose path starts with `path`. */
  readonly to: (path: string) => RecordedRequest[];
  /** Replaces the handler of a path. A handler receives all requests whose path starts with it, unless a longer one matches. */
  readonly on: (path: string, handler: Handler | Reply) => void;
  readonly close: () => Promise<void>;
}

/** Starts a real HTTP server that sends the test's replies and records the requests. Closes when the test ends. */
export async function fakeServer(routes: Record<string, Handler | Reply> = {}): Promise<FakeServer> {
  const handlers = new Map(Object.entries(routes));
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? '/';
      const key = [...handlers.keys()].filter((start) => path.startsWith(start)).sort((a, b) => b.length - a.length)[0];
      const handler = key === undefined ? { status: 404, json: { message: 'nothing here' } } : handlers.get(key);
      const chunks: Buffer[] = [];
      if (typeof handler !== 'function' || handler.length < 3) {
        for await (const chunk of request) chunks.push(chunk as Buffer);
      }
      const body = Buffer.concat(chunks);
      const seen = { method: request.method ?? '', path, headers: request.headers, body, json: parse(body) };
      requests.push(seen);
      const reply = typeof handler === 'function' ? await handler(seen, response, request) : handler;
      if (!reply) return;
      const payload = reply.json === undefined ? (reply.body ?? '') : JSON.stringify(reply.json);
      response.writeHead(reply.status ?? 200, { 'content-length': Buffer.byteLength(payload), ...reply.headers });
      response.end(payload);
    })().catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  onTestFinished(close);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => connections,
    paths: () => requests.map((seen) => seen.path),
    to: (path) => requests.filter((seen) => seen.path.startsWith(path)),
    on: (path, handler) => handlers.set(path, handler),
    close,
  };
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
