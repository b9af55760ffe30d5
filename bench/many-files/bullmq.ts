import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Contender } from './contender.js';
import { startLineProgram } from './line-program.js';
import { startRedis } from './redis.js';

const pathOf = (name: string): string => new URL(name, import.meta.url).pathname;

/** The BullMQ setups to measure. Each processes 8 files concurrently. */
export const setups = [
  { name: 'one worker process', workers: 1, concurrency: 8, isSandboxed: false },
  { name: 'two worker processes', workers: 2, concurrency: 4, isSandboxed: false },
  { name: 'a sandboxed processor', workers: 1, concurrency: 8, isSandboxed: true },
] as const;

/** Compiles the workers as for production. @returns The directory that contains them. */
export async function buildWorkers(directory: string): Promise<string> {
  await build({
    entryPoints: ['bullmq-worker.ts', 'bullmq-processor.ts', 'hand-worker.ts'].map(pathOf),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    tsconfig: pathOf('../tsconfig.json'),
  });
  await symlink(pathOf('../../node_modules'), join(directory, 'node_modules'));
  return directory;
}

/** Starts BullMQ with its own Redis. The worker processes run the module's function, and the sender waits for all jobs. */
export async function startBullmq(
  directory: string,
  buildDirectory: string,
  { name, workers: count, concurrency, isSandboxed }: (typeof setups)[number],
): Promise<Contender> {
  const redis = await startRedis(join(directory, `redis of ${name}`));
  const args = [join(buildDirectory, 'bullmq-worker.mjs'), String(redis.port), String(concurrency)];
  if (isSandboxed) args.push(join(buildDirectory, 'bullmq-processor.mjs'));
  const workers = await Promise.all(Array.from({ length: count }, () => startLineProgram(process.execPath, args)));
  const sender = await startLineProgram(process.execPath, [pathOf('bullmq-send.mjs'), String(redis.port)]);
  return {
    name,
    sender,
    processes: {
      client: sender.pid,
      ...Object.fromEntries(workers.map(({ pid }, i) => [`worker ${i + 1}`, pid])),
      Redis: redis.pid,
    },
    stop: async () => {
      await sender.stop();
      await Promise.all(workers.map((worker) => worker.stop()));
      await redis.stop();
    },
  };
}
