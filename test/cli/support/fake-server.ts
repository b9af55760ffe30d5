import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface FakeServer {
  readonly url: string;
  /** `authorization` headers in order of arrival. */
  readonly keys: (string | undefined)[];
}

/** Answers every request with the same status and body, and remembers the keys that it was shown. */
export async function fakeServer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<FakeServer> {
  const keys: (string | undefined)[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    keys.push(request.headers.authorization ?? (request.headers['x-api-key'] as string | undefined));
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
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
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys };
}
