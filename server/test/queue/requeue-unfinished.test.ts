import { afterAll, expect, test } from 'vitest';
import { toQueueName } from '../../src/queue/queue.js';
import type { StepJob } from '../../src/queue/queue.js';
import { requeueUnfinished } from '../../src/queue/requeue-unfinished.js';
import { openTestQueue } from '../support/database/test-queue.js';

const { db, queue, close } = await openTestQueue();
afterAll(close);
await db.query(`insert into account (id, name, created_at) values ('${id(0)}', 'ada', now())`);

function id(n: number): string {
  return `6f1c1b0e-0f6b-4d4e-9a52-${String(n).padStart(12, '0')}`;
}

/** Adds a run with two steps. A step with a time has been queued. */
async function addRun(
  n: number,
  run: { kind?: string; state: string },
  steps: [state: string, queued: string | null][],
): Promise<void> {
  await db.query(
    `insert into run (id, account_id, kind, of, name, state, created_at) values ($1, $2, $3, 'p', 'n', $4, now())`,
    [id(n), id(0), run.kind ?? 'hosted', run.state],
  );
  for (const [index, [state, queued]] of steps.entries()) {
    await db.query(
      `insert into task_run (run_id, index, key, name, state, queued_at) values ($1, $2, 'module_' || $2::int, $3, $4, $5)`,
      [id(n), index, ['first', 'second'][index], state, queued],
    );
  }
}

async function claimAll(module: string): Promise<StepJob[]> {
  const jobs: StepJob[] = [];
  for (;;) {
    const [claimed] = await queue.claim(
      [toQueueName(module)],
      () => 1,
      async () => [],
    );
    if (claimed === undefined) return jobs.sort((a, b) => a.runId.localeCompare(b.runId));
    jobs.push(claimed.job.data);
  }
}

test('queues only the current step of each unfinished run', async () => {
  await addRun(1, { state: 'running' }, [
    ['completed', '2031-01-01'],
    ['running', '2031-01-05'],
  ]);
  await addRun(2, { state: 'pending' }, [
    ['pending', '2031-01-04'],
    ['pending', null],
  ]);
  await addRun(3, { state: 'retrying' }, [
    ['completed', '2031-01-01'],
    ['retrying', '2031-01-02'],
  ]);
  // not uploaded yet, already ended, and executed by the user's program
  await addRun(4, { state: 'pending' }, [
    ['pending', null],
    ['pending', null],
  ]);
  await addRun(5, { state: 'cancelled' }, [
    ['running', '2031-01-01'],
    ['pending', null],
  ]);
  await addRun(6, { state: 'running', kind: 'flow' }, [['running', '2031-01-01']]);
  expect(await requeueUnfinished(db, queue)).toBe(3);
  expect(await claimAll('first')).toEqual([{ runId: id(2), index: 0 }]);
  expect(await claimAll('second')).toEqual([
    { runId: id(1), index: 1 },
    { runId: id(3), index: 1 },
  ]);
});

test('does not queue a step that already has a job', async () => {
  expect(await requeueUnfinished(db, queue)).toBe(0);
  await addRun(7, { state: 'pending' }, [['pending', '2031-01-04']]);
  expect(await requeueUnfinished(db, queue)).toBe(1);
  expect(await requeueUnfinished(db, queue)).toBe(0);
});
