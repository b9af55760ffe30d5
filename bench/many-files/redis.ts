import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer, connect, type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { killOnExit } from './kill-on-exit.js';

export interface Redis {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/**
 * Starts a Redis server that listens on a free port.
 *
 * @param settings Additional arguments. By default, Redis takes occasional snapshots and writes no append-only file.
 */
export async function startRedis(directory: string, settings: readonly string[] = []): Promise<Redis> {
  await mkdir(directory);
  const port = await findFreePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, ...settings];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  const exited = once(child, 'exit');
  killOnExit(child);
  await waitUntilListening(port);
  return {
    pid: child.pid as number,
    port,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function waitUntilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await setTimeout(50);
  }
  throw new Error(`Expected Redis to listen on port ${port} within 5 s.`);
}
