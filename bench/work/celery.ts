import { join } from 'node:path';
import { startLineProgram } from '../many-files/line-program.js';
import { startRedis } from '../many-files/redis.js';
import { redisPromise, redisSettings, type Starter } from './starter.js';

const here = new URL('.', import.meta.url).pathname;
const python = '/usr/bin/python3';

/** Celery with `acks_late` and a Redis of its own for broker and results: two worker processes. */
export async function startCelery(directory: string): Promise<Starter> {
  const redis = await startRedis(join(directory, 'redis of Celery'), redisSettings);
  const env = {
    BENCH_REDIS: `redis://127.0.0.1:${redis.port}/0`,
    PYTHONPATH: here,
    PYTHONDONTWRITEBYTECODE: '1',
    // the warning about running as root, as in a container
    PYTHONWARNINGS: 'ignore',
  };
  const args = ['-m', 'celery', '-A', 'work_tasks', '--quiet', 'worker', '--concurrency=2', '--loglevel=ERROR'];
  const worker = await startLineProgram(python, args, env);
  const sender = await startLineProgram(python, [join(here, 'celery_send.py')], env);
  return {
    name: 'Celery with acks_late and Redis',
    sender,
    promise: `${redisPromise}, an hour later if a worker is lost`,
    processes: { client: sender.pid, worker: worker.pid, Redis: redis.pid },
    stop: async () => {
      await sender.stop();
      await worker.stop();
      await redis.stop();
    },
  };
}
