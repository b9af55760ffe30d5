import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failureOf, isRunning, poolProcesses, startFixtureRunner, until } from './fixture-runner.js';

const { signal } = new AbortController();

describe('a process that dies after its task', () => {
  it.each(['exception', 'exit', 'signal', 'memory'])(
    'does not fail the next task, which it has just been sent (cause: %s)',
    async (how) => {
      const { runner, run, task, directory } = await startFixtureRunner({ memoryBytes: 256 * 2 ** 20 });
      const mark = join(directory, 'mark');
      const next = await task('echo', { number: 2 });
      const { facts } = await run('late-death', { how, until: mark });

      const results = [runner.run(next, { signal }), run('echo', { number: 3 })];
      await writeFile(mark, '');

      const [second, third] = await Promise.all(results);
      expect(second?.facts).toMatchObject({ number: 2, task: 1 });
      expect(second?.facts['pid']).not.toBe(facts['pid']);
      expect(third?.facts).toMatchObject({ number: 3, task: 2 });
      expect(await poolProcesses()).toHaveLength(1);
    },
  );

  it.each(['exception', 'exit', 'signal'])('is replaced if no task was sent to it (cause: %s)', async (how) => {
    const { run, directory } = await startFixtureRunner();
    const { facts } = await run('late-death', { how, until: directory });
    await until(async () => !(await isRunning(facts['pid'] as number)));

    expect((await run('echo')).facts).toMatchObject({ task: 1 });
  });

  it('does not cause a retry of a task that was aborted meanwhile', async () => {
    const { runner, run, task, directory } = await startFixtureRunner({ gracePeriodMs: 20_000 });
    const mark = join(directory, 'mark');
    const next = await task('echo');
    await run('late-death', { how: 'signal', until: mark });
    const controller = new AbortController();

    const failure = failureOf(runner.run(next, { signal: controller.signal }));
    controller.abort('not needed');
    await writeFile(mark, '');

    expect(await failure).toBe('not needed');
    expect(await poolProcesses()).toEqual([]);
  });
});

it('the pool fails a task after three processes have died before they began it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-deaths-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const deaths = join(folder, 'deaths');
  const program = fileURLToPath(new URL('fixtures/die-at-start.cjs', import.meta.url));
  const { run } = await startFixtureRunner({
    env: { NODE_OPTIONS: `--require=${JSON.stringify(program)}`, DEATHS: deaths },
  });

  expect(await failureOf(run('echo'))).toMatchObject({
    code: 'died',
    message:
      '3 processes ended before they started the module. The last error was: The module exited with code 7 before it returned a result.',
  });
  expect(await readFile(deaths, 'utf8')).toBe('xxx');
});

it('the pool does not retry a task that has killed its process', async () => {
  const { run, directory } = await startFixtureRunner();
  const note = join(directory, 'note');

  expect(await failureOf(run('crash', { signal: 'SIGKILL', note }))).toHaveProperty('code', 'died');
  expect(await readFile(note, 'utf8')).toBe('x');
});
