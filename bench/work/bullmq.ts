import { join } from 'node:path';
import { startLineProgram } from '../many-files/line-program.js';
import { startRedis } from '../many-files/redis.js';
import { redisDurability, redisSettings, type Starter } from './starter.js';

const pathOf = (name: string): string => new URL(name, import.meta.url).pathname;

/** Starts BullMQ with its own Redis and two worker processes. */
export async function startBullmq(directory: string): Promise<Starter> {
  const redis = await startRedis(join(directory, 'redis of BullMQ'), redisSettings);
  const args = [String(redis.port)];
  const workers = await Promise.all(
    [1, 2].map(() => startLineProgram(process.execPath, [pathOf('bullmq-worker.mjs'), ...args])),
  );
  const sender = await startLineProgram(process.execPath, [pathOf('bullmq-send.mjs'), ...args]);
  return {
    name: 'BullMQ with Redis',
    sender,
    durability: redisDurability,
    processes: {
      client: sender.pid,
      ...Object.fromEntries(workers.map(({ pid }, index) => [`worker ${index + 1}`, pid])),
      Redis: redis.pid,
    },
    stop: async () => {
      await sender.stop();
      await Promise.all(workers.map((worker) => worker.stop()));
      await redis.stop();
    },
  };
}
