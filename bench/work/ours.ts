import { join } from 'node:path';
import { startLineProgram } from '../many-files/line-program.js';
import { startServerProcess } from '../support/server-process.js';
import type { Starter } from './starter.js';

const pathOf = (name: string): string => new URL(name, import.meta.url).pathname;

/** Starts a server, two workers and a program that starts runs, in separate processes that communicate over HTTP. */
export async function startOurs(directory: string, name: string, databaseUrl?: string): Promise<Starter> {
  const env = databaseUrl === undefined ? undefined : { DATABASE_URL: databaseUrl };
  const server = await startServerProcess(join(directory, `data of ${name}`), ['--no-worker'], env);
  const args = [server.url, server.apiKey];
  const workers = await Promise.all(
    [1, 2].map(() => startLineProgram(process.execPath, [pathOf('our-worker.mjs'), ...args])),
  );
  const sender = await startLineProgram(process.execPath, [pathOf('our-send.mjs'), ...args]);
  return {
    name,
    sender,
    durability:
      'a start is on disk before the response, and each completed step before the next step; with record, log and progress',
    processes: {
      client: sender.pid,
      ...Object.fromEntries(workers.map(({ pid }, index) => [`worker ${index + 1}`, pid])),
      server: server.pid,
    },
    stop: async () => {
      await sender.stop();
      await Promise.all(workers.map((worker) => worker.stop()));
      await server.stop();
    },
  };
}
