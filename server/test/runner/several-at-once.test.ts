import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Json } from 'millrace/shared/types/json.js';
import { failureOf, startFixtureRunner, type FixtureRunner } from './fixture-runner.js';

/** Starts a pool that has learned that the module is quick, so that it sends a process several of its tasks at once. */
async function startQuickRunner(concurrency: number): Promise<FixtureRunner> {
  const fixture = await startFixtureRunner({ concurrency });
  while ((fixture.runner.getTasksPerProcess?.('moody') ?? 0) < 5) {
    await Promise.all(Array.from({ length: concurrency }, () => fixture.run('moody', { mood: 'quick' })));
  }
  return fixture;
}

it.each([
  ['throws', 'failed'],
  ['dies', 'died'],
])('a task that %s does not affect the other tasks of its process', async (how, code) => {
  const { run } = await startQuickRunner(1);
  const moods = ['quick', 'quick', how === 'dies' ? 'die' : 'throw', 'quick', 'quick'];

  const results = await Promise.allSettled(moods.map((mood) => run('moody', { mood })));

  expect(results.map(({ status }) => status)).toEqual(
    moods.map((mood) => (mood === 'quick' ? 'fulfilled' : 'rejected')),
  );
  expect(results[2]).toHaveProperty('reason.code', code);
});

it('a slow task does not delay the tasks that were sent after it', async () => {
  const { runner, task, directory } = await startQuickRunner(2);
  const until = join(directory, 'go on');
  const start = async (params: Record<string, Json>, signal = new AbortController().signal) =>
    runner.run(await task('moody', params), { signal });
  const unwanted = new AbortController();

  const slow = start({ mood: 'wait', until });
  const quick = Promise.all(Array.from({ length: 6 }, () => start({ mood: 'quick' })));
  const dropped = failureOf(start({ mood: 'quick' }, unwanted.signal));
  unwanted.abort('not needed');

  const pids = (await quick).map(({ facts }) => facts['pid']);
  expect(await dropped).toBe('not needed');
  await writeFile(until, '');
  expect(pids).not.toContain((await slow).facts['pid']);
});
