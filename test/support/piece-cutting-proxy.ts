import { connect, createServer, type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface CuttingProxy {
  readonly url: string;
  /** Bytes that pass before a connection is cut on which a piece of a file is sent, for the next such ones in turn; afterwards none is cut. */
  cuts: number[];
  /** Bytes that clients have sent, in all. */
  sent: number;
}

/** A TCP proxy before a server, that cuts connections. Closed when the test ends. */
export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const proxy = { url: '', cuts: [] as number[], sent: 0 };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let limit: number | undefined;
    let passed = 0;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    client.on('data', (chunk: Buffer) => {
      limit ??= (chunk.toString('latin1', 0, 6) === 'PATCH ' ? proxy.cuts.shift() : undefined) ?? Infinity;
      const part = chunk.subarray(0, Math.max(0, limit - passed));
      passed += part.length;
      proxy.sent += part.length;
      const goesOn = upstream.write(part, passed >= limit ? end : undefined);
      if (!goesOn) {
        client.pause();
        upstream.once('drain', () => client.resume());
      }
    });
    upstream.pipe(client);
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return Object.assign(proxy, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
