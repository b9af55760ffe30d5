import { join } from 'node:path';
import { startLineProgram } from '../many-files/line-program.js';
import { startRedis } from '../many-files/redis.js';
import { redisDurability, redisSettings, type Starter } from './starter.js';

const directoryPath = new URL('.', import.meta.url).pathname;
const python = '/usr/bin/python3';

/** Starts Celery with `acks_late`, two worker processes, and its own Redis as the broker and result backend. */
export async function startCelery(directory: string): Promise<Starter> {
  const redis = await startRedis(join(directory, 'redis of Celery'), redisSettings);
  const env = {
    BENCH_REDIS: `redis://127.0.0.1:${redis.port}/0`,
    PYTHONPATH: directoryPath,
    PYTHONDONTWRITEBYTECODE: '1',
    // suppress the warning about running as root, for example in a container
    PYTHONWARNINGS: 'ignore',
  };
  const args = ['-m', 'celery', '-A', 'work_tasks', '--quiet', 'worker', '--concurrency=2', '--loglevel=ERROR'];
  const worker = await startLineProgram(python, args, env);
  const sender = await startLineProgram(python, [join(directoryPath, 'celery_send.py')], env);
  return {
    name: 'Celery with acks_late and Redis',
    sender,
    durability: `${redisDurability}, an hour later if a worker is lost`,
    processes: { client: sender.pid, worker: worker.pid, Redis: redis.pid },
    stop: async () => {
      await sender.stop();
      await worker.stop();
      await redis.stop();
    },
  };
}
