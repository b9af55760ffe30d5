import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { RouteEnv } from './http/http-context.js';
import type { Settings } from './settings/config.js';

export interface HttpListener {
  readonly port: number;
  /**
   * Stops accepting connections and closes idle ones, waits up to `graceMs` for requests in progress, then closes the remaining
   * connections.
   */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts serving the app on a host and port. Accepts at most `maxConnections` connections at a time, or half of this process's file
 * descriptor limit if that is lower.
 *
 * @throws The Node.js system error, with its `code`, if the server cannot listen, for example because the port is in use.
 */
export async function listen(
  app: Hono<RouteEnv>,
  { host, port, maxConnections }: Pick<Settings, 'host' | 'port' | 'maxConnections'>,
): Promise<HttpListener> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  // an upload can take hours, so uploads have an idle timeout instead
  server.requestTimeout = 0;
  server.headersTimeout = 30_000;
  server.keepAliveTimeout = 30_000;
  // reserve half of the descriptors for the files that are transferred over the connections
  server.maxConnections = Math.max(1, Math.min(maxConnections, Math.floor(readMaxDescriptors() / 2)));
  const connections = new Connections(server);
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      // report a failed DNS lookup of the host with the syscall `listen`, like other failures to listen
      reject(
        error.syscall === 'getaddrinfo' ? Object.assign(error, { syscall: 'listen', address: host, port }) : error,
      );
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      connections.close();
      const forceCloseTimer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(forceCloseTimer);
    },
  };
}

/** Returns the number of file descriptors that this process can open, or `Infinity` if the system does not report a limit. */
function readMaxDescriptors(): number {
  try {
    return Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}

/**
 * Tracks the connections of a server, so that `close` can close idle connections immediately and the others after their responses.
 * Node's `closeIdleConnections` skips connections that have never sent anything, and connections that become idle later.
 */
class Connections {
  readonly #activeRequestCounts = new Map<Socket, number>();
  #isClosing = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#activeRequestCounts.set(socket, 0);
      socket.once('close', () => this.#activeRequestCounts.delete(socket));
    });
    server.on('request', ({ socket, method, headers }: IncomingMessage, response: ServerResponse) => {
      this.#changeCount(socket, 1);
      // close the connection after a GET or HEAD request with a body: the server does not read the body, which could be endless
      const hasBody = 'content-length' in headers || 'transfer-encoding' in headers;
      if (hasBody && (method === 'GET' || method === 'HEAD')) response.shouldKeepAlive = false;
      response.once('close', () => this.#changeCount(socket, -1));
    });
  }

  close(): void {
    this.#isClosing = true;
    for (const [socket, count] of this.#activeRequestCounts) if (count === 0) socket.destroy();
  }

  #changeCount(socket: Socket, change: number): void {
    const count = (this.#activeRequestCounts.get(socket) ?? 0) + change;
    if (!socket.destroyed) this.#activeRequestCounts.set(socket, count);
    // `end` flushes the send buffer, but `destroy` could lose a response that is still in it
    if (this.#isClosing && count === 0) socket.end();
  }
}
