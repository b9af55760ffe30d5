import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { ModuleError } from '../../src/module-contract/module.js';
import { createRunner } from '../../src/runner/fork-pool.js';
import type { RunnerProgress } from '../../src/runner/runner.js';
import { failureOf, poolProcesses, startFixtureRunner, until } from './fixture-runner.js';

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

it('returns the output file of a module with its size, checksum and facts', async () => {
  const { run } = await startFixtureRunner();

  const result = await run('echo', { color: 'blue' });

  const content = await readFile(result.path, 'utf8');
  expect(content).toBe('a line\na line\na line\n');
  expect(result).toMatchObject({ bytes: 21, sha256: sha256(content), facts: { color: 'blue' } });
  expect(result).not.toHaveProperty('postingsPath');
});

it('measures a file of many chunks, and returns the postings file', async () => {
  const { run } = await startFixtureRunner();

  const result = await run('output', { kind: 'large' });

  expect(result).toMatchObject({ bytes: 3_500_000, sha256: sha256(await readFile(result.path)) });
  expect(await readFile(result.postingsPath as string, 'utf8')).toBe('p');
});

it('runs a module of the catalogue', async () => {
  const { runner, task } = await startFixtureRunner();
  const parser = { ...(await task('parser', { chunk_size: 10, overlap_size: 4 })), model: 'fixed' };

  const result = await runner.run(parser, { signal: new AbortController().signal });

  expect(JSON.parse(await readFile(result.path, 'utf8'))).toContainEqual(
    expect.objectContaining({ snippet: expect.stringContaining('a line') as string }),
  );
});

it('keeps a process, and the modules that it has loaded, for the next task', async () => {
  const { run } = await startFixtureRunner();

  const facts = [];
  for (let i = 0; i < 3; i += 1) facts.push((await run('echo')).facts);

  expect(new Set(facts.map(({ pid }) => pid)).size).toBe(1);
  expect(facts.map(({ task }) => task)).toEqual([1, 2, 3]);
});

it('prefers the process that has the module loaded', async () => {
  const { run } = await startFixtureRunner({ concurrency: 2 });
  const [echo, other] = await Promise.all([run('echo'), run('progress')]);
  expect(other.bytes).toBe(1);

  expect((await run('echo')).facts).toMatchObject({ pid: echo.facts['pid'], task: 2 });
});

it('ends an idle process', async () => {
  const { run } = await startFixtureRunner({ idleTimeoutMs: 10 });
  await run('echo');

  await until(async () => (await poolProcesses()).length === 0);
  expect((await run('echo')).facts).toMatchObject({ task: 1 });
});

it('runs 20 tasks in two processes, in the order they were sent', async () => {
  const { runner, task } = await startFixtureRunner({ concurrency: 2 });
  const tasks = await Promise.all(Array.from({ length: 20 }, (_, index) => task('moody', { mood: 'rest', index })));

  const results = await Promise.all(
    tasks.map((wanted) => runner.run(wanted, { signal: new AbortController().signal })),
  );

  const facts = results.map((result) => result.facts as { pid: number; task: number; index: number });
  const pids = new Set(facts.map(({ pid }) => pid));
  expect(pids.size).toBe(2);
  for (const pid of pids) {
    const factsOfProcess = facts.filter((fact) => fact.pid === pid).sort((a, b) => a.task - b.task);
    expect(factsOfProcess.map(({ index }) => index)).toEqual(
      factsOfProcess.map(({ index }) => index).sort((a, b) => a - b),
    );
  }
});

it("passes a module its task and its own directory, but little of the server's environment", async () => {
  vi.stubEnv('DATABASE_URL', 'postgres://user:secret@db/millrace');
  vi.stubEnv('MILLRACE_API_KEY', 'secret');
  vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=4096');
  vi.stubEnv('LC_TIME', 'C');
  const { runner, task } = await startFixtureRunner({ memoryBytes: 400 * 2 ** 20, env: { MODELS: '/models' } });
  vi.unstubAllEnvs();
  const wanted = await task('surroundings', { k: 3 });

  const { facts } = await runner.run(wanted, { signal: new AbortController().signal });

  const { module: _module, input, ...context } = wanted;
  const scratch = await realpath(wanted.scratch);
  expect(facts).toMatchObject({ input, context, aborted: false, progress: 'function' });
  expect(facts).toMatchObject({ cwd: scratch, tmpdir: wanted.scratch, send: 'undefined' });
  expect(facts['options']).toEqual(['--max-old-space-size=300']);
  expect(facts['env']).toMatchObject({ MODELS: '/models', LC_TIME: 'C', PATH: process.env['PATH'] });
  expect(Object.keys(facts['env'] as object)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/DATABASE|API_KEY|NODE_OPTIONS|VITEST/)]),
  );
});

it('passes on at most four progress reports a second, in order, and always the last one', async () => {
  const { run } = await startFixtureRunner();
  const reports: RunnerProgress[] = [];
  const started = performance.now();

  const { facts } = await run('progress', {}, { onProgress: (report) => reports.push(report) });

  const maxReports = (performance.now() - started) / 250 + 2;
  const last = (facts['reports'] as number) + 1;
  expect(reports.at(-1)).toEqual({ current: last, total: last, message: 'the last' });
  expect(reports.length).toBeGreaterThan(2);
  expect(reports.length).toBeLessThanOrEqual(maxReports);
  expect(reports.map(({ current }) => current)).toEqual(reports.map(({ current }) => current).sort((a, b) => a - b));
});

it('passes on the latest progress report of a module that sends no more', async () => {
  const { run } = await startFixtureRunner({ gracePeriodMs: 0 });
  const controller = new AbortController();
  const reports: RunnerProgress[] = [];
  const running = run('slow-progress', {}, { signal: controller.signal, onProgress: (report) => reports.push(report) });

  await until(() => reports.some(({ message }) => message === 'waiting to be seen'));
  controller.abort();
  await failureOf(running);
});

it('fails a task whose progress listener throws', async () => {
  const { run } = await startFixtureRunner();
  const reason = new Error('the listener broke');
  const onProgress = (): never => {
    throw reason;
  };

  expect(await failureOf(run('loop', {}, { onProgress }))).toBe(reason);
  expect((await run('echo')).bytes).toBe(21);
});

it('says what is wrong with a module that cannot be loaded', async () => {
  const directory = join((await startFixtureRunner()).directory, 'own');
  await mkdir(directory);
  await writeFile(join(directory, 'broken.mjs'), 'export function run( {');
  const { run } = await startFixtureRunner({
    moduleFiles: {
      broken: join(directory, 'broken.mjs'),
      missing: join(directory, 'missing.mjs'),
      'no-run': new URL('fixtures/no-run.js', import.meta.url).pathname,
    },
  });

  for (const [module, message] of [
    ['broken', "Failed to load module 'broken': "],
    ['missing', "Failed to load module 'missing': "],
    ['no-run', "Expected the file of module 'no-run' to export a function `run`, got undefined."],
    ['constructor', "the module 'constructor'"],
  ] as const) {
    const error = await failureOf(run(module));
    expect(error).toBeInstanceOf(ModuleError);
    expect((error as Error).message).toContain(message);
  }
});

it('rejects invalid settings', () => {
  expect(() => createRunner({ concurrency: 0 })).toThrow(
    'Expected `concurrency` to be a whole number from 1 to 1024, got 0.',
  );
  expect(() => createRunner({ taskTimeoutMs: 2 ** 31 })).toThrow('`taskTimeoutMs`');
  expect(() => createRunner({ memoryBytes: 1000 })).toThrow('`memoryBytes`');
  expect(() => createRunner({ idleTimeoutMs: -1 })).toThrow('`idleTimeoutMs`');
  expect(() => createRunner({ gracePeriodMs: NaN })).toThrow('`gracePeriodMs`');
});
