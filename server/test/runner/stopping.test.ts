import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'tsup';
import { describe, expect, it } from 'vitest';
import type { RunnerProgress } from '../../src/runner/runner.js';
import { failureOf, isRunning, moduleFiles, poolProcesses, startFixtureRunner, until } from './fixture-runner.js';

/** Returns a progress listener, and a promise for the first report that it receives. */
function listenForFirstReport(): { onProgress: (progress: RunnerProgress) => void; reported: Promise<RunnerProgress> } {
  let onProgress: (progress: RunnerProgress) => void = () => undefined;
  const reported = new Promise<RunnerProgress>((resolve) => (onProgress = resolve));
  return { onProgress, reported };
}

describe('aborting', () => {
  it.each(['loop', 'hang'])('ends the module "%s" and its process, and rejects with the reason', async (module) => {
    const { run } = await startFixtureRunner();
    const controller = new AbortController();
    const { onProgress, reported } = listenForFirstReport();
    const running = run(module, {}, { signal: controller.signal, onProgress });
    await reported;
    const reason = new Error('the run was cancelled');
    controller.abort(reason);

    expect(await failureOf(running)).toBe(reason);
    expect(await poolProcesses()).toEqual([]);
    expect((await run('echo')).bytes).toBe(21);
  });

  it('notifies a module that listens to its signal before its process is ended', async () => {
    const { run, directory } = await startFixtureRunner({ gracePeriodMs: 20_000 });
    const controller = new AbortController();
    const { onProgress, reported } = listenForFirstReport();
    const note = join(directory, 'note');
    const running = run('abortable', { note }, { signal: controller.signal, onProgress });
    await reported;
    const reason = new Error('the run was cancelled');
    controller.abort(reason);

    expect(await failureOf(running)).toBe(reason);
    expect(await readFile(note, 'utf8')).toContain('The module was stopped.');
    expect(await poolProcesses()).toEqual([]);
  });

  it('ends a process that has just been started', async () => {
    const { run } = await startFixtureRunner();
    const controller = new AbortController();
    const running = run('hang', {}, { signal: controller.signal });
    await until(async () => (await poolProcesses()).length === 1);
    controller.abort('no longer wanted');

    expect(await failureOf(running)).toBe('no longer wanted');
    expect(await poolProcesses()).toEqual([]);
  });

  it('removes only the aborted task from the queue', async () => {
    const { run } = await startFixtureRunner();
    const first = new AbortController();
    const second = new AbortController();
    const { onProgress, reported } = listenForFirstReport();
    const running = run('hang', {}, { signal: first.signal, onProgress });
    await reported;
    const waiting = run('echo', { number: 2 }, { signal: second.signal });
    const last = run('echo', { number: 3 });
    second.abort('not needed');

    expect(await failureOf(waiting)).toBe('not needed');
    first.abort('done with it');
    expect(await failureOf(running)).toBe('done with it');
    expect((await last).facts).toMatchObject({ number: 3, task: 1 });
  });

  it('starts no process if the signal is already aborted', async () => {
    const { run } = await startFixtureRunner();

    expect(await failureOf(run('echo', {}, { signal: AbortSignal.abort('never') }))).toBe('never');
    expect(await poolProcesses()).toEqual([]);
  });

  it('ends the programs that the module started', async () => {
    const { run } = await startFixtureRunner();
    const controller = new AbortController();
    const { onProgress, reported } = listenForFirstReport();
    const running = run('helper-program', { then: 'wait' }, { signal: controller.signal, onProgress });
    const { current: pid } = await reported;
    expect(await isRunning(pid)).toBe(true);
    controller.abort();
    await failureOf(running);

    await until(async () => !(await isRunning(pid)));
  });
});

describe('closing', () => {
  it('rejects running and waiting tasks, and leaves no process', async () => {
    const { runner, run, task } = await startFixtureRunner({ concurrency: 2 });
    await Promise.all([run('echo'), run('echo')]);
    const tasks = [await task('loop'), await task('hang'), await task('echo')];
    const { signal } = new AbortController();
    const { onProgress, reported } = listenForFirstReport();
    const failures = tasks.map((wanted) => failureOf(runner.run(wanted, { signal, onProgress })));
    await reported;

    await runner.close();

    expect(await poolProcesses()).toEqual([]);
    for (const error of await Promise.all(failures)) expect(error).toHaveProperty('code', 'closed');
    expect(await failureOf(run('echo'))).toHaveProperty('code', 'closed');
    await runner.close();
  });

  it('succeeds if no task was run', async () => {
    const { runner } = await startFixtureRunner();
    await runner.close();

    expect(await poolProcesses()).toEqual([]);
  });
});

it('a killed server leaves no process behind, not even one in an endless loop', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-orphans-'));
  const built = new URL('../../dist/index.js', import.meta.url);
  await build({
    entry: { server: new URL('fixtures/server.ts', import.meta.url).pathname },
    outDir: directory,
    format: 'esm',
    platform: 'node',
    config: false,
    silent: true,
    outExtension: () => ({ js: '.mjs' }),
    esbuildOptions: (options) => {
      options.define = { 'import.meta.url': JSON.stringify(built.href) };
    },
  });
  const server = spawn(process.execPath, [join(directory, 'server.mjs'), directory, JSON.stringify(moduleFiles)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const programs: number[] = [];
  for await (const line of createInterface({ input: server.stdout })) {
    if (line === 'all are running') break;
    programs.push(Number(line));
  }
  const pid = server.pid as number;
  expect(programs).toHaveLength(2);
  expect(await poolProcesses(pid)).toHaveLength(4);

  server.kill('SIGKILL');
  await once(server, 'exit');

  await until(async () => (await poolProcesses(pid)).length === 0);
  for (const program of programs) await until(async () => !(await isRunning(program)));
  await rm(directory, { recursive: true });
});
