import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contender } from './contender.js';
import { startLineProgram } from './line-program.js';
import { findFreePort, startRedis } from './redis.js';

const pathOf = (name: string): string => new URL(name, import.meta.url).pathname;
const workerCount = 2;

/**
 * Starts a hand-written service that does the same work as Millrace. Fastify accepts uploads, and BullMQ queues them in Redis, which syncs its log
 * every second. Two worker processes run the module's function and index the words in SQLite, and the client downloads the outputs.
 */
export async function startHandWritten(directory: string, buildDirectory: string): Promise<Contender> {
  const data = join(directory, 'written by hand');
  for (const folder of ['inputs', 'outputs']) await mkdir(join(data, folder), { recursive: true });
  const redis = await startRedis(join(data, 'redis'), ['--appendonly', 'yes', '--appendfsync', 'everysec']);
  const key = randomBytes(16).toString('hex');
  const port = String(await findFreePort());
  const start = (args: readonly string[]) => startLineProgram(process.execPath, args);
  const service = await start([pathOf('hand-service.mjs'), port, String(redis.port), data, key]);
  const workerArgs = [join(buildDirectory, 'hand-worker.mjs'), String(redis.port), '4', join(data, 'index.db')];
  // start the workers one after the other, because the first worker creates the index
  const workers = [await start(workerArgs)];
  while (workers.length < workerCount) workers.push(await start(workerArgs));
  const sender = await start([pathOf('hand-send.mjs'), port, key]);
  return {
    name: 'Fastify, BullMQ and Redis by hand',
    sender,
    processes: {
      client: sender.pid,
      service: service.pid,
      ...Object.fromEntries(workers.map(({ pid }, i) => [`worker ${i + 1}`, pid])),
      Redis: redis.pid,
    },
    stop: async () => {
      await sender.stop();
      await service.stop();
      await Promise.all(workers.map((worker) => worker.stop()));
      await redis.stop();
    },
  };
}
