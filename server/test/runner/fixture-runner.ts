import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Json } from 'millrace/shared/types/json.js';
import { onTestFinished } from 'vitest';
import { createRunner } from '../../src/runner/fork-pool.js';
import type { Runner, RunnerProgress, RunnerResult, RunnerTask } from '../../src/runner/runner.js';
import type { RunnerOptions } from '../../src/runner/runner-options.js';

const folder = fileURLToPath(new URL('fixtures/', import.meta.url));

/** The files of the fixtures' modules, by file name without extension. */
export const moduleFiles: Record<string, string> = Object.fromEntries(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => [basename(file, '.js'), join(folder, file)]),
);

export interface FixtureRunner {
  readonly runner: Runner;
  readonly directory: string;
  /** Creates a task with its own scratch directory, on a file with three times the line "a line". */
  readonly task: (module: string, params?: Record<string, Json>) => Promise<RunnerTask>;
  readonly run: (
    module: string,
    params?: Record<string, Json>,
    options?: { signal?: AbortSignal; onProgress?: (progress: RunnerProgress) => void },
  ) => Promise<RunnerResult>;
}

/** Starts a pool that is closed, and whose files are removed, when the test has finished. */
export async function startFixtureRunner(options: RunnerOptions = {}): Promise<FixtureRunner> {
  const runner = await openFixtureRunner(options);
  onTestFinished(() => runner.close());
  return runner;
}

/** Starts a pool that several tests share. `close` also removes its files. */
export async function openFixtureRunner(
  options: RunnerOptions = {},
): Promise<FixtureRunner & { close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-runner-'));
  await writeFile(join(directory, 'input.txt'), 'a line\na line\na line\n');
  const runner = createRunner({ concurrency: 1, moduleFiles, ...options });
  let tasks = 0;
  const task: FixtureRunner['task'] = async (module, params = {}) => {
    const scratch = join(directory, `scratch-${(tasks += 1)}`);
    await mkdir(scratch);
    return {
      module,
      model: 'base',
      params,
      input: { path: join(directory, 'input.txt'), format: 'text', textKey: '', fileName: 'notes.txt' },
      scratch,
      limits: {
        maxTextBytes: 1000,
        maxItems: 1000,
        maxOutputBytes: 4_000_000,
        maxExpandedBytes: 1000,
        maxPixels: 1000,
        maxAudioSeconds: 1000,
      },
    };
  };
  return {
    runner,
    directory,
    task,
    async run(module, params, { signal = new AbortController().signal, onProgress } = {}) {
      return runner.run(await task(module, params), { signal, ...(onProgress && { onProgress }) });
    },
    close: async () => {
      await runner.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Returns the error that a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('Expected the promise to be rejected.');
}

/** Lists the processes of the pools of a process, including its zombies. */
export async function poolProcesses(parent = process.pid): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [commandLine, stat] = await Promise.all(
      ['cmdline', 'stat'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')),
    );
    // the state and the parent of proc(5), after the name in parentheses
    const [state, ppid] = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
    const isChild = (commandLine ?? '').includes(`runner-child.js\0${parent}\0`);
    if (isChild || (state === 'Z' && ppid === String(parent))) found.push(Number(name));
  }
  return found;
}

/** Whether a process exists and is not a zombie. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) Z /.test(stat);
}

/** Waits until the condition holds. Only the test's timeout limits the wait. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
