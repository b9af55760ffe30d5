import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findKeywords } from '../../server/src/modules/keyword-db/keywords.js';
import { lemmatize } from '../../server/src/modules/keyword-db/lemma.js';
import { stopWords } from '../../server/src/modules/keyword-db/words.js';
import type { Contender } from './contender.js';
import { startLineProgram } from './line-program.js';
import { startRedis } from './redis.js';

const directoryPath = new URL('.', import.meta.url).pathname;
/** Debian's Python, for which Debian installs `python3-celery`. */
const python = '/usr/bin/python3';

export const hasCelery = spawnSync(python, ['-c', 'import celery, redis']).status === 0;

/** Starts Celery with two worker processes that prefetch four files each, and its own Redis as the broker and result backend. */
export async function startCelery(directory: string, input: string): Promise<Contender> {
  const redis = await startRedis(join(directory, 'redis of Celery'));
  const wordsPath = join(directory, 'words.json');
  await writeFile(wordsPath, JSON.stringify({ stopWords: [...stopWords], stems: await computeStems(input) }));
  const env = {
    BENCH_REDIS: `redis://127.0.0.1:${redis.port}/0`,
    BENCH_WORDS: wordsPath,
    PYTHONPATH: directoryPath,
    PYTHONDONTWRITEBYTECODE: '1',
    // suppress the warning about running as root, for example in a container
    PYTHONWARNINGS: 'ignore',
  };
  const args = ['-m', 'celery', '-A', 'keyword_tasks', '--quiet', 'worker', '--concurrency=2', '--loglevel=ERROR'];
  const worker = await startLineProgram(python, args, env);
  const sender = await startLineProgram(python, [join(directoryPath, 'celery_send.py')], env);
  return {
    name: 'Celery',
    sender,
    processes: { client: sender.pid, worker: worker.pid, Redis: redis.pid },
    stop: async () => {
      await sender.stop();
      await worker.stop();
      await redis.stop();
    },
  };
}

/** Maps each word of the texts to its singular, as the module computes it. */
async function computeStems(input: string): Promise<Record<string, string>> {
  const stems: Record<string, string> = {};
  for (const name of await readdir(input)) {
    for (const { word } of findKeywords(await readFile(join(input, name), 'utf8'))) stems[word] ??= lemmatize(word);
  }
  return stems;
}
