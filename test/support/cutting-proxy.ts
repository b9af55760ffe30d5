import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Where a connection is cut: after so many bytes of what the client says, or of what the server answers. */
export interface Cut {
  readonly direction: 'request' | 'answer';
  /** Bytes that still arrive. */
  readonly after: number;
  /** Which connection, counted from 0. */
  readonly connection: number;
}

export interface CuttingProxy {
  readonly url: string;
  /** Bytes of each connection so far, in order. */
  readonly traffic: { request: number; answer: number }[];
  /** Whether the cut has happened. */
  readonly hasCut: () => boolean;
  readonly close: () => Promise<void>;
}

/** Passes bytes between a client and a server, and once drops both in the middle of a byte stream, as networks do. */
export async function cuttingProxy(target: string, cut?: Cut): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const traffic: { request: number; answer: number }[] = [];
  const sockets = new Set<Socket>();
  let hasCut = false;
  const server = createServer((client) => {
    const index = traffic.length;
    const count = { request: 0, answer: 0 };
    traffic.push(count);
    const upstream = connect(Number(port), hostname);
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    const relay = (from: Socket, to: Socket, direction: Cut['direction']): void => {
      const isCut = cut?.connection === index && cut.direction === direction;
      if (isCut && cut.after === 0 && direction === 'request') {
        hasCut = true;
        end();
        return;
      }
      from.on('data', (chunk: Buffer) => {
        const left = isCut ? cut.after - count[direction] : Infinity;
        count[direction] += chunk.length;
        if (chunk.length < left) {
          to.write(chunk);
          return;
        }
        hasCut = true;
        from.removeAllListeners('data').resume();
        // what came before the cut does arrive
        if (left === 0) end();
        else to.write(chunk.subarray(0, left), () => setImmediate(end));
      });
      from.on('end', () => to.end());
    };
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', end);
      socket.once('close', () => {
        sockets.delete(socket);
        if (socket === client) upstream.destroy();
      });
    }
    relay(client, upstream, 'request');
    relay(upstream, client, 'answer');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, traffic, hasCut: () => hasCut, close };
}
