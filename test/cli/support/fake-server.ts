import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface FakeServer {
  readonly url: string;
  /** All headers of each request, as JSON. */
  readonly headers: string[];
}

/** Starts a server that sends the same response to every request and records the request headers. */
export async function startFakeServer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<FakeServer> {
  const received: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    received.push(JSON.stringify(request.headers));
    request.resume().on('end', () => {
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, headers: received };
}
