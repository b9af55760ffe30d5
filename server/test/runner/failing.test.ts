import { stat } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Json } from 'millrace/shared/types/json.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ModuleError } from '../../src/module-contract/module.js';
import { RunnerError } from '../../src/runner/runner-error.js';
import { failureOf, isRunning, openFixtureRunner, poolProcesses, startFixtureRunner, until } from './fixture-runner.js';

const stray: unknown[] = [];
const collect = (error: unknown): void => void stray.push(error);

beforeEach(() => {
  process.on('unhandledRejection', collect);
});

afterEach(() => {
  process.off('unhandledRejection', collect);
  expect(stray.splice(0)).toEqual([]);
});

const small = { memoryBytes: 256 * 2 ** 20 };

describe('a module that', () => {
  it.each<[string, string, Record<string, Json>, object, string, RegExp]>([
    [
      'loops',
      'loop',
      {},
      { taskTimeoutMs: 2500 },
      'deadline',
      /^The module took longer than 2500 ms and was stopped\.$/,
    ],
    [
      'waits forever',
      'hang',
      {},
      { taskTimeoutMs: 2000 },
      'deadline',
      /^The module took longer than 2 s and was stopped\.$/,
    ],
    [
      'fills the heap',
      'heap-bomb',
      {},
      small,
      'memory',
      /^The module ran out of memory and was stopped\. The limit is 256 MiB\.$/,
    ],
    ['fills memory with buffers', 'buffer-bomb', {}, small, 'memory', /ran out of memory/],
    ['fills shared memory in a loop', 'shared-memory-bomb', {}, small, 'memory', /ran out of memory/],
    ['starts a program that fills memory', 'hungry-program', {}, small, 'memory', /ran out of memory/],
    [
      'starts such a program from a worker thread',
      'hungry-program',
      { inThread: true },
      small,
      'memory',
      /ran out of memory/,
    ],
    [
      'exits with code 0',
      'exit',
      { code: 0 },
      {},
      'died',
      /^The module exited with code 0 before it returned a result\.$/,
    ],
    ['exits with code 3', 'exit', { code: 3 }, {}, 'died', /exited with code 3/],
    [
      'crashes with a segmentation fault',
      'crash',
      { signal: 'SIGSEGV' },
      {},
      'died',
      /^The module crashed \(SIGSEGV\) before it returned a result\.$/,
    ],
    [
      'is killed by the system',
      'crash',
      { signal: 'SIGKILL' },
      {},
      'died',
      /was killed \(SIGKILL; the system may have run out of memory\)/,
    ],
    ['fills the disk', 'full-disk', {}, {}, 'disk_full', /^The server's disk is full\. Free up some space/],
    [
      'does not handle a rejection',
      'stray-rejection',
      {},
      {},
      'died',
      /^The module crashed: Error: nobody waited for this$/,
    ],
    ['throws from a timer', 'stray-exception', {}, {}, 'died', /^The module crashed: TypeError: thrown from a timer$/],
    [
      'throws an error',
      'throw',
      { name: 'RangeError', message: 'out of range' },
      {},
      'failed',
      /^The module failed: RangeError: out of range$/,
    ],
    ['throws a string', 'throw', { thrown: 'a text' }, {}, 'failed', /^The module failed: 'a text'$/],
    ['throws nothing', 'throw', { thrown: null }, {}, 'failed', /^The module failed: null$/],
  ])('%s fails only its own task, and the error says why', async (_what, module, params, options, code, message) => {
    const { run } = await startFixtureRunner(options);
    await run('echo');

    const error = await failureOf(run(module, params));

    expect(error).toBeInstanceOf(RunnerError);
    expect(error).toHaveProperty('code', code);
    expect((error as Error).message).toMatch(message);
    expect((await run('echo')).bytes).toBe(21);
    expect(await poolProcesses()).toHaveLength(1);
  });

  it('refuses its input fails with its own message, and its process keeps running', async () => {
    const { run } = await startFixtureRunner();
    const before = await run('echo');

    const error = await failureOf(run('throw', { name: 'ModuleError', message: 'The PDF is password-protected.' }));

    expect(error).toBeInstanceOf(ModuleError);
    expect(error).toHaveProperty('message', 'The PDF is password-protected.');
    expect((await run('echo')).facts).toMatchObject({ pid: before.facts['pid'], task: 2 });
  });

  it('writes 20 MB to its standard streams is not blocked, and writes nothing to those of the server', async () => {
    const { run } = await startFixtureRunner();

    expect((await run('chatter', { die: false })).bytes).toBe(4);
    const error = (await failureOf(run('chatter', { die: true }))) as RunnerError;

    expect(error.message).toBe('The module crashed (SIGABRT) before it returned a result.');
    expect(error.detail).toMatch(/the last words$/);
    expect(error.detail.length).toBeLessThanOrEqual(2048);
  });
});

describe('the output of a module', () => {
  let shared: Awaited<ReturnType<typeof openFixtureRunner>>;
  beforeAll(async () => {
    shared = await openFixtureRunner();
  });
  afterAll(() => shared.close());

  it.each([
    ['nothing', /returned no output file/],
    ['no path', /returned no output file/],
    ['missing', /a path that does not exist/],
    ['outside', /outside its scratch directory/],
    ['outside by dots', /outside its scratch directory/],
    ['the scratch directory', /outside its scratch directory/],
    ['link out', /outside its scratch directory/],
    ['linked folder', /outside its scratch directory/],
    ['postings outside', /outside its scratch directory/],
    ['snippets outside', /outside its scratch directory/],
    ['folder', /not a regular file/],
    ['pipe', /not a regular file/],
    ['hard link', /other hard links/],
    ['facts that are not an object', /facts that are not an object/],
    ['facts that are not JSON', /facts that are not JSON/],
    ['facts that JSON leaves out', /facts that are not JSON/],
    ['huge facts', /facts of 100011 characters, but the limit is 65536/],
  ])('is refused: %s', async (kind, message) => {
    const error = await failureOf(shared.run('output', { kind }));

    expect(error).toBeInstanceOf(RunnerError);
    expect(error).toHaveProperty('code', 'output');
    expect((error as Error).message).toMatch(message);
  });

  it('is refused if it is larger than allowed', async () => {
    const { runner, task } = shared;
    const wanted = await task('output', { kind: 'too large' });

    const error = await failureOf(
      runner.run(
        { ...wanted, limits: { ...wanted.limits, maxOutputBytes: 1000 } },
        { signal: new AbortController().signal },
      ),
    );

    expect(error).toMatchObject({ code: 'output', message: 'The module returned 1001 bytes, but the limit is 1000.' });
  });

  it('may be a link to another file in the scratch directory', async () => {
    const { path, facts } = await shared.run('output', { kind: 'a link inside' });

    expect(path).toMatch(/\/real$/);
    expect((await stat(path)).size).toBe(6);
    expect(facts).toEqual({ when: '1970-01-01T00:00:00.000Z' });
  });
});

describe('a process that cannot be started', () => {
  it.each([
    ['at once', { env: { BROKEN: 'a\0b' } }, process.execPath],
    ['a little later', {}, '/nowhere/node'],
  ])('fails every task if the error occurs %s, and the pool can still be closed', async (_when, options, program) => {
    const { runner, run } = await startFixtureRunner(options);
    const nodePath = process.execPath;
    process.execPath = program;
    onTestFinished(() => {
      process.execPath = nodePath;
    });

    for (const error of await Promise.all([run('echo'), run('echo')].map(failureOf))) {
      expect(error).toHaveProperty('code', 'died');
      expect(String(error)).toContain('Failed to start a process: ');
    }
    await runner.close();
  });
});

it('the server stays responsive while modules use all the time and memory they can get', async () => {
  const { run } = await startFixtureRunner({ ...small, concurrency: 3, taskTimeoutMs: 1000 });
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();

  await Promise.all(['loop', 'heap-bomb', 'buffer-bomb'].map((module) => failureOf(run(module))));

  delay.disable();
  expect(delay.max / 1e6).toBeLessThan(1000);
});

it('the pool does not give the next task a process whose memory is nearly full', async () => {
  const { runner, task } = await startFixtureRunner({ memoryBytes: 256 * 2 ** 20 });
  const { signal } = new AbortController();
  const { facts } = await runner.run(await task('hoard', { megabytes: 170 }), { signal });
  await until(async () => !(await isRunning(facts['pid'] as number)));

  expect((await runner.run(await task('echo'), { signal })).facts).toMatchObject({ task: 1 });
});
