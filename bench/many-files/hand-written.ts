import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contender } from './contender.js';
import { startLineProgram } from './line-program.js';
import { freePort, startRedis } from './redis.js';

const here = (name: string): string => new URL(name, import.meta.url).pathname;
const workers = 2;

/**
 * A service written by hand for the same work: Fastify takes uploads, BullMQ and Redis, which syncs its log each second, queue them,
 * two worker processes run the module's function and index the words in SQLite, and the client downloads the outputs.
 */
export async function startHandWritten(directory: string, built: string): Promise<Contender> {
  const data = join(directory, 'written by hand');
  for (const folder of ['inputs', 'outputs']) await mkdir(join(data, folder), { recursive: true });
  const redis = await startRedis(join(data, 'redis'), ['--appendonly', 'yes', '--appendfsync', 'everysec']);
  const key = randomBytes(16).toString('hex');
  const port = String(await freePort());
  const start = (args: readonly string[]) => startLineProgram(process.execPath, args);
  const service = await start([here('hand-service.mjs'), port, String(redis.port), data, key]);
  const ofWorker = [join(built, 'hand-worker.mjs'), String(redis.port), '4', join(data, 'index.db')];
  // one after the other, because the first creates the index
  const running = [await start(ofWorker)];
  while (running.length < workers) running.push(await start(ofWorker));
  const sender = await start([here('hand-send.mjs'), port, key]);
  return {
    name: 'Fastify, BullMQ and Redis by hand',
    sender,
    processes: {
      client: sender.pid,
      service: service.pid,
      ...Object.fromEntries(running.map(({ pid }, i) => [`worker ${i + 1}`, pid])),
      Redis: redis.pid,
    },
    stop: async () => {
      await sender.stop();
      await service.stop();
      await Promise.all(running.map((worker) => worker.stop()));
      await redis.stop();
    },
  };
}
