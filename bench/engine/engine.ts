import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { build } from 'tsup';
import { median, percentile, show } from '../support/measure.js';
import { withPostgres } from '../support/postgres.js';
import type { Result } from '../support/report.js';

const outDir = new URL('../../server/dist/', import.meta.url).pathname;

interface KernelResult {
  readonly backend: string;
  readonly starts: number[];
  readonly stepsPerSecond: number;
}

/** Measures the time from enqueue to start, and the throughput of three-step chains of no-op modules, on both databases. */
export async function engine(): Promise<Result[]> {
  await build({
    config: false,
    entry: { 'bench-kernel': new URL('./engine-kernel.ts', import.meta.url).pathname },
    outDir,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    clean: false,
    silent: true,
    splitting: false,
    skipNodeModulesBundle: true,
    noExternal: [/^millrace\//],
    tsconfig: new URL('../../server/tsconfig.json', import.meta.url).pathname,
  });
  try {
    const embedded = await runKernel({});
    const onPostgres = await withPostgres((url) => runKernel({ BENCH_DATABASE_URL: url }));
    return [...toResults(embedded, 150), ...(onPostgres ? toResults(onPostgres, 400) : [])];
  } finally {
    await rm(`${outDir}bench-kernel.js`, { force: true });
  }
}

async function runKernel(env: Record<string, string>): Promise<KernelResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [`${outDir}bench-kernel.js`], {
    env: { ...process.env, ...env },
  });
  return JSON.parse(stdout) as KernelResult;
}

function toResults({ backend, starts, stepsPerSecond }: KernelResult, goal: number): Result[] {
  return [
    {
      what: `enqueue to start, ${backend}, p50 / p95`,
      measured: `${show(median(starts))} / ${show(percentile(starts, 0.95))} ms`,
      goal: 'p50 < 10 ms',
      isMet: median(starts) < 10,
    },
    {
      what: `three-step chains of no-op modules, ${backend}`,
      measured: `${show(stepsPerSecond)} steps/s`,
      goal: `≥ ${goal} steps/s`,
      isMet: stepsPerSecond >= goal,
    },
  ];
}
