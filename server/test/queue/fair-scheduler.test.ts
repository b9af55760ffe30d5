import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import type { SendOptions, StepJob } from '../../src/queue/queue.js';
import { openTestQueue } from '../support/database/test-queue.js';

const { db, queue, freshQueue, close } = await openTestQueue();
afterAll(close);

async function send(name: string, options: SendOptions, count = 1): Promise<StepJob[]> {
  const jobs = Array.from({ length: count }, () => ({ runId: randomUUID(), index: 0 }));
  await db.tx((tx) => queue.send(tx, name, jobs, options));
  return jobs;
}

const fairnessKey = (name: string, account = 'ada'): SendOptions => ({ fairnessKey: { account, name } });

/** Claims and completes up to `limit` jobs, one after another. */
async function execute(names: readonly string[], limit = Infinity): Promise<StepJob[]> {
  const jobs: StepJob[] = [];
  while (jobs.length < limit) {
    const [claimed] = await queue.claim(
      names,
      () => 1,
      async () => [],
    );
    if (!claimed) break;
    await db.tx((tx) => queue.complete(tx, [claimed.job]));
    jobs.push(claimed.job.data);
  }
  return jobs;
}

test('a name with many jobs does not delay other names, and files that have begun go first', async () => {
  const [first, other] = [await freshQueue(), await freshQueue()];
  for (let i = 0; i < 20; i++) await send(first, fairnessKey('busy'));
  const singles = [...(await send(other, fairnessKey('single'))), ...(await send(first, fairnessKey('late')))];
  const [begun] = await send(other, {});
  const taken = await execute([first, other], 4);
  expect(taken[0]).toEqual(begun);
  // one of the busy name's jobs, and one of each other name
  expect(taken.slice(1)).toEqual(expect.arrayContaining(singles));
  // a new job takes its turn after the jobs that already wait in it, not before them
  const newer = await send(first, fairnessKey('single'));
  expect(await execute([first, other], 2)).toEqual(expect.arrayContaining(newer));
  expect(await execute([first, other])).toHaveLength(18);
});

test('an account with jobs of many names alternates with an account that has few jobs', async () => {
  const name = await freshQueue();
  const many = async (count: number) => {
    for (let i = 0; i < count; i++) await send(name, fairnessKey(`pipeline ${i}`));
  };
  await many(30);
  await many(30);
  const few = await Promise.all([1, 2, 3].map(async () => (await send(name, fairnessKey('few', 'bob')))[0]!));
  await many(40);
  const taken = (await execute([name])).map(({ runId }) => runId);
  expect(taken).toHaveLength(103);
  expect(few.map(({ runId }) => taken.indexOf(runId)).sort()).toEqual([1, 3, 5]);
});

test('an account with many jobs of one name delays neither other accounts nor its other names', async () => {
  const name = await freshQueue();
  // with eight names in one account, a name of another account gets several jobs in a turn
  for (let i = 0; i < 8; i++) await send(name, fairnessKey(`pipeline ${i}`));
  await send(name, fairnessKey('many', 'bob'), 100);
  const singles = [
    ...(await send(name, fairnessKey('single', 'bob'))),
    ...(await send(name, fairnessKey('single', 'cy'))),
  ];
  // two of each account at most
  expect(await execute([name], 6)).toEqual(expect.arrayContaining(singles));
  expect(await execute([name])).toHaveLength(104);
});
