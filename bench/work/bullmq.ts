import { join } from 'node:path';
import { startLineProgram } from '../many-files/line-program.js';
import { startRedis } from '../many-files/redis.js';
import { redisPromise, redisSettings, type Starter } from './starter.js';

const here = (name: string): string => new URL(name, import.meta.url).pathname;

/** BullMQ with a Redis of its own. */
export async function startBullmq(directory: string): Promise<Starter> {
  const redis = await startRedis(join(directory, 'redis of BullMQ'), redisSettings);
  const args = [String(redis.port)];
  const workers = await Promise.all(
    [1, 2].map(() => startLineProgram(process.execPath, [here('bullmq-worker.mjs'), ...args])),
  );
  const sender = await startLineProgram(process.execPath, [here('bullmq-send.mjs'), ...args]);
  return {
    name: 'BullMQ with Redis',
    sender,
    promise: redisPromise,
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
