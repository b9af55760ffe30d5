import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

type Direction = 'request' | 'response';

/** Cuts a connection after `after` bytes of the request or of the response. */
export interface Cut {
  readonly direction: Direction;
  /** Number of bytes that are passed on before the cut. */
  readonly after: number;
  /** Whether to reset the connection, which discards data in flight, instead of ending it. */
  readonly isReset?: boolean;
  /** Whether to leave the connection open and pass on no more data in this direction, instead of cutting it. */
  readonly isHeld?: boolean;
}

export interface ProxiedConnection {
  /** Counted from 0. */
  readonly index: number;
  /** Method of the first request. */
  readonly method: string;
  /** Number of bytes that were passed on. */
  readonly passed: Record<Direction, number>;
  /** Length of the first request's or response's header section in bytes. */
  readonly head: Record<Direction, number>;
}

export interface CuttingProxy {
  readonly url: string;
  readonly connections: ProxiedConnection[];
  /** Called for each connection when its first bytes arrive. */
  cutOf: (connection: ProxiedConnection) => Cut | undefined;
  /** Returns the number of connections that were cut or held. */
  readonly cuts: () => number;
  /** Returns the total number of bytes that clients have sent. */
  readonly sent: () => number;
  readonly close: () => Promise<void>;
}

/** Passes bytes between clients and a server, and drops connections mid-stream, as networks do. Closes when the test ends. */
export async function cuttingProxy(
  target: string,
  cutOf: CuttingProxy['cutOf'] = () => undefined,
): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const connections: ProxiedConnection[] = [];
  const sockets = new Set<Socket>();
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.once('data', (first: Buffer) => {
      const [method = ''] = first.toString('latin1', 0, 10).split(' ');
      const none = { request: 0, response: 0 };
      const connection = { index: connections.length, method, passed: { ...none }, head: { ...none } };
      connections.push(connection);
      const cut = proxy.cutOf(connection);
      const pass = (from: Socket, to: Socket, direction: Direction) => (chunk: Buffer) => {
        const { passed, head } = connection;
        const end = cut?.direction === direction ? cut.after - passed[direction] : Infinity;
        if (passed[direction] === 0) head[direction] = chunk.indexOf('\r\n\r\n') + 4;
        const part = chunk.subarray(0, end);
        passed[direction] += part.length;
        if (end <= chunk.length) {
          cuts++;
          from.removeAllListeners('data').resume();
          // the data before the cut still arrives
          const drop = () => setImmediate(() => [client, upstream].forEach(cut?.isReset ? reset : destroy));
          if (cut?.isHeld) to.write(part);
          else if (part.length === 0) drop();
          else to.write(part, drop);
        } else if (!to.write(part)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      };
      const send = pass(client, upstream, 'request');
      client.on('data', send).on('end', () => upstream.end());
      upstream.on('data', pass(upstream, client, 'response')).on('end', () => client.end());
      send(first);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      sockets.forEach(destroy);
      server.close(() => resolve());
    });
  onTestFinished(close);
  const proxy: CuttingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    cutOf,
    cuts: () => cuts,
    sent: () => connections.reduce((sum, { passed }) => sum + passed.request, 0),
    close,
  };
  return proxy;
}

const destroy = (socket: Socket) => void socket.destroy();
const reset = (socket: Socket) => void socket.resetAndDestroy();
