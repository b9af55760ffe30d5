import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Resets each connection at its second request, like a server whose idle timeout has just expired. */
export async function staleProxy(target: string): Promise<{ url: string; closed: () => number }> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let closed = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let hasResponse = false;
    client.on('data', (chunk: Buffer) => {
      if (!hasResponse) {
        upstream.write(chunk);
        return;
      }
      closed++;
      client.resetAndDestroy();
    });
    upstream.on('data', (chunk: Buffer) => {
      hasResponse = true;
      client.write(chunk);
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, closed: () => closed };
}
