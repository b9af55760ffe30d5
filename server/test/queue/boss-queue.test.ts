import { randomUUID } from 'node:crypto';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { openQueue } from '../../src/queue/boss-queue.js';
import type { ClaimedJob, SendOptions, StepJob } from '../../src/queue/queue.js';
import { openDatabase } from '../../src/store/open-database.js';
import { createTestDatabase } from '../support/database/test-database.js';
import { openTestQueue } from '../support/database/test-queue.js';

const errors: Error[] = [];
const { db, queue, freshQueue, close } = await openTestQueue({ onError: (error) => errors.push(error) });
afterAll(async () => {
  await close();
  expect(errors).toEqual([]);
});

const patience = { timeout: 120_000, interval: 50 };

async function send(name: string, index = 0, options: SendOptions = {}): Promise<StepJob> {
  const job = { runId: randomUUID(), index };
  await db.tx((tx) => queue.send(tx, name, [job], options));
  return job;
}

async function claim(...names: string[]): Promise<ClaimedJob | undefined> {
  return (
    await queue.claim(
      names,
      () => 1,
      async () => [],
    )
  )[0]?.job;
}

async function complete(job: ClaimedJob): Promise<boolean> {
  return db.tx((tx) => queue.complete(tx, [job]));
}

/** Simulates a worker that sends no heartbeat for longer than its lease. */
async function loseWorker(job: ClaimedJob): Promise<void> {
  await db.query(`update boss.job set heartbeat_on = now() - interval '1 minute' where id = $1`, [job.id]);
}

async function claimWhenReady(name: string): Promise<ClaimedJob> {
  return vi.waitFor(async () => {
    const job = await claim(name);
    expect(job).toBeDefined();
    return job!;
  }, patience);
}

test('hands a job to one worker once', async () => {
  const name = await freshQueue();
  const sent = await send(name, 3);
  const job = await claim(name);
  expect(job).toMatchObject({ queue: name, data: sent, lostWorkerCount: 0 });
  expect(await claim(name)).toBeUndefined();
  expect(await complete(job!)).toBe(true);
  expect(await claim(name)).toBeUndefined();
});

test('hands each job to exactly one of many workers', async () => {
  const name = await freshQueue();
  const sent = await Promise.all(Array.from({ length: 20 }, (_, index) => send(name, index)));
  const jobs = await Promise.all(Array.from({ length: 25 }, () => claim(name)));
  const claimed = jobs.filter((job) => job !== undefined);
  expect(claimed.map(({ data }) => data.index).sort((a, b) => a - b)).toEqual(sent.map(({ index }) => index));
});

test('hands out the oldest job of all requested queues first', async () => {
  const [first, second, third] = [await freshQueue(), await freshQueue(), await freshQueue()];
  for (const [index, name] of [second, first, second, third, first].entries()) await send(name, index);
  const order: number[] = [];
  for (let n = 0; n < 4; n += 1) order.push((await claim(first, second))!.data.index);
  expect(order).toEqual([0, 1, 2, 4]);
  expect(await claim(first, second)).toBeUndefined();
});

test('hands out several jobs at once, at most as many as requested', async () => {
  const name = await freshQueue();
  const jobs = Array.from({ length: 7 }, (_, index) => ({ runId: randomUUID(), index }));
  await db.tx((tx) => queue.send(tx, name, jobs));
  const take = async (limit: number) => {
    const claimed = await queue.claim(
      [name],
      () => limit,
      async (_tx, claims) => claims.map(({ data }) => data.index),
    );
    for (const { job, started } of claimed) expect(started).toBe(job.data.index);
    return claimed.map(({ job }) => job);
  };
  const [first, ...others] = await take(4);
  expect(others).toHaveLength(3);
  const rest = [...others, ...(await take(1)), ...(await take(8))];
  expect([first!, ...rest].map(({ data }) => data.index).sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  await queue.release(first!);
  expect(await db.tx((tx) => queue.complete(tx, [first!, ...rest.slice(3)]))).toBe(false);
  expect(await db.tx((tx) => queue.complete(tx, rest.slice(0, 3)))).toBe(true);
});

test('begins the step in the transaction that claims the job: if that fails, the job stays in the queue', async () => {
  const name = await freshQueue();
  const sent = await send(name);
  await db.query('create table if not exists begun (run_id uuid)');
  const begin = queue.claim(
    [name],
    () => 1,
    async (tx, jobs) => {
      await tx.query('insert into begun values ($1)', [jobs[0]?.data.runId]);
      throw new Error('cannot begin');
    },
  );
  await expect(begin).rejects.toThrow('cannot begin');
  expect((await db.query('select * from begun')).rows).toEqual([]);
  const [claimed] = await queue.claim(
    [name],
    () => 1,
    async (tx, jobs) => {
      await tx.query('insert into begun values ($1)', [jobs[0]?.data.runId]);
      return ['begun'];
    },
  );
  expect(claimed).toMatchObject({ started: 'begun', job: { data: sent, lostWorkerCount: 0 } });
  expect((await db.query('select * from begun')).rows).toEqual([{ run_id: sent.runId }]);
});

test('neither queues nor announces a job whose transaction is rolled back', async () => {
  const name = await freshQueue();
  const woken: string[] = [];
  const stop = queue.onJobsAvailable((queueName) => woken.push(queueName));
  const failing = db.tx(async (tx) => {
    await queue.send(tx, name, [{ runId: randomUUID(), index: 0 }]);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  const marker = await freshQueue();
  await send(marker);
  await vi.waitFor(() => expect(woken).toContain(marker), patience);
  expect(woken).not.toContain(name);
  expect(await claim(name)).toBeUndefined();
  stop();
});

test('wakes a worker when a job is sent, with the name of its queue', async () => {
  const name = await freshQueue();
  const woken: string[] = [];
  const stop = queue.onJobsAvailable((queueName) => woken.push(queueName));
  await send(name);
  await vi.waitFor(() => expect(woken).toContain(name), patience);
  stop();
  const otherWoken = new Promise<string>((resolve) => queue.onJobsAvailable(resolve));
  await send(name);
  expect(await otherWoken).toBe(name);
  expect(woken).toEqual([name]);
});

test('does not hand out a delayed job before it is due', async () => {
  const name = await freshQueue();
  const sent = await send(name, 0, { delaySeconds: 3600 });
  expect(await claim(name)).toBeUndefined();
  await db.query(`update boss.job set start_after = now() where data ->> 'runId' = $1`, [sent.runId]);
  expect(await claim(name)).toMatchObject({ data: sent });
});

test('throws for a queue that was not ensured, instead of waiting forever', async () => {
  await expect(send('m.unknown')).rejects.toThrow(/Unknown queue/);
});

test('renews a lease, and reports it as lost once the job is completed', async () => {
  const name = await freshQueue();
  await send(name);
  const job = (await claim(name))!;
  await loseWorker(job);
  expect(await queue.renewLeases([job])).toEqual([]);
  const { rows } = await db.query(
    `select heartbeat_on > now() - interval '50 seconds' as fresh from boss.job where id = $1`,
    [job.id],
  );
  expect(rows).toEqual([{ fresh: true }]);
  expect(await complete(job)).toBe(true);
  expect(await queue.renewLeases([job])).toEqual([job]);
});

test('hands the job of a silent worker to another one, after which the first can no longer change it', async () => {
  const name = await freshQueue();
  const sent = await send(name);
  const stale = (await claim(name))!;
  await loseWorker(stale);
  const job = await claimWhenReady(name);
  expect(job).toMatchObject({ id: stale.id, data: sent, lostWorkerCount: 1 });
  expect(await queue.renewLeases([stale])).toEqual([stale]);
  expect(await complete(stale)).toBe(false);
  await queue.release(stale);
  expect(await claim(name)).toBeUndefined();
  expect(await queue.renewLeases([job])).toEqual([]);
  expect(await complete(job)).toBe(true);
});

test('reports a job that has lost too many workers once, and never hands it out again', async () => {
  const name = await freshQueue();
  const sent = await send(name);
  for (const lostWorkerCount of [0, 1, 2, 3, 4]) {
    expect(await claim(name)).toMatchObject({ data: sent, lostWorkerCount });
    await queue.expireAllLeases();
  }
  const exhausted: StepJob[] = [];
  await vi.waitFor(async () => {
    exhausted.push(...(await db.tx((tx) => queue.takeDeadLetterJobs(tx, 10))));
    expect(exhausted).toEqual([sent]);
  }, patience);
  expect(await db.tx((tx) => queue.takeDeadLetterJobs(tx, 10))).toEqual([]);
  expect(await claim(name)).toBeUndefined();
});

test('reports an exhausted job again if the transaction that took it is rolled back', async () => {
  const name = await freshQueue();
  const sent = await send(name);
  await db.query(`update boss.job set retry_limit = 0 where data ->> 'runId' = $1`, [sent.runId]);
  await loseWorker((await claim(name))!);
  await vi.waitFor(async () => {
    const taking = db.tx(async (tx) => {
      expect(await queue.takeDeadLetterJobs(tx, 10)).toEqual([sent]);
      throw new Error('rolled back');
    });
    await expect(taking).rejects.toThrow('rolled back');
  }, patience);
  expect(await db.tx((tx) => queue.takeDeadLetterJobs(tx, 10))).toEqual([sent]);
});

test('wakes a worker for a released job, and does not count the worker that released it as lost', async () => {
  const name = await freshQueue();
  const sent = await send(name);
  const job = (await claim(name))!;
  const woken = new Promise<string>((resolve) => queue.onJobsAvailable(resolve));
  await queue.release(job);
  expect(await woken).toBe(name);
  expect(await claim(name)).toMatchObject({ data: sent, lostWorkerCount: 0 });
  expect(await complete(job)).toBe(false);
});

test('releases all jobs that a process had claimed before it ended', async () => {
  const name = await freshQueue();
  const [first, second] = [await send(name), await send(name)];
  const stale = (await claim(name))!;
  await claim(name);
  expect(await queue.expireAllLeases()).toBeGreaterThanOrEqual(2);
  expect(await queue.expireAllLeases()).toBe(0);
  expect(await queue.renewLeases([stale])).toEqual([stale]);
  expect(await claim(name)).toMatchObject({ data: first, lostWorkerCount: 1 });
  expect(await claim(name)).toMatchObject({ data: second, lostWorkerCount: 1 });
});

test('deletes jobs soon after they are completed, even if the clock is set back', async () => {
  const readClock = Date.now;
  const setBack = vi.spyOn(Date, 'now').mockImplementation(() => readClock() - 3_600_000);
  onTestFinished(() => setBack.mockRestore());
  const name = await freshQueue();
  await send(name);
  const job = (await claim(name))!;
  await complete(job);
  await db.query(`update boss.job set completed_on = now() - interval '1 hour' where id = $1`, [job.id]);
  await vi.waitFor(
    async () => expect((await db.query('select 1 from boss.job where id = $1', [job.id])).rows).toEqual([]),
    patience,
  );
});

test('writes nothing while it is idle', async () => {
  const idle = await openTestQueue();
  const name = await idle.freshQueue();
  const readChanges = async (): Promise<unknown> =>
    (await idle.db.query(`select xmin::text, monitor_on from boss.queue where name = $1`, [name])).rows;
  const before = await readChanges();
  const query = vi.spyOn(idle.db, 'query');
  const countPolls = (): number => query.mock.calls.filter(([sql]) => sql.includes('heartbeat_on')).length;
  await vi.waitFor(() => expect(countPolls()).toBeGreaterThanOrEqual(2), patience);
  expect(await readChanges()).toEqual(before);
  await idle.close();
});

test('keeps its jobs when it is closed and opened again', async () => {
  const database = await createTestDatabase();
  const first = await openDatabase(database.options);
  const firstQueue = await openQueue(first);
  await firstQueue.ensureQueues(['m.kept']);
  const job = { runId: randomUUID(), index: 1 };
  await first.tx((tx) => firstQueue.send(tx, 'm.kept', [job]));
  await firstQueue.close();
  await first.close();

  const second = await openDatabase(database.options);
  const secondQueue = await openQueue(second);
  await secondQueue.ensureQueues(['m.kept']);
  expect(
    (
      await secondQueue.claim(
        ['m.kept'],
        () => 1,
        async () => [],
      )
    )[0]?.job.data,
  ).toEqual(job);
  await secondQueue.close();
  await second.close();
  await database.cleanup();
});

test('keeps working when the clock is set back', async () => {
  const name = await freshQueue();
  const postpone = (id: string, columns: readonly string[]) =>
    db.query(
      `update boss.job set ${columns.map((column) => `${column} = ${column} + interval '1 hour'`).join(', ')} where id = $1`,
      [id],
    );
  const job = await send(name);
  const { rows } = await db.query<{ id: string }>('select id from boss.job where name = $1', [name]);
  await postpone(rows[0]!.id, ['created_on', 'start_after', 'keep_until']);
  const claimed = await claim(name);
  expect(claimed?.data).toEqual(job);

  // the worker is lost: its lease must expire and the next attempt begin
  await postpone(claimed!.id, ['started_on', 'heartbeat_on']);
  await vi.waitFor(async () => {
    const { rows: active } = await db.query<{ ahead: boolean }>(
      'select heartbeat_on > now() as ahead from boss.job where id = $1',
      [claimed!.id],
    );
    expect(active).toEqual([{ ahead: false }]);
  }, patience);
  await db.query(`update boss.job set state = 'retry', start_after = now() + interval '1 hour' where id = $1`, [
    claimed!.id,
  ]);
  expect((await claimWhenReady(name)).data).toEqual(job);
});

test.runIf(db.backend === 'postgres')('sends to a queue that another server created during the start', async () => {
  const name = `created-${randomUUID()}`;
  // pg-boss has cached the definitions of the queues before the index is looked up
  const query: typeof db.query = async (sql, params) => {
    if (sql.includes('job_common_begun')) await queue.ensureQueues([name]);
    return db.query(sql, params);
  };
  const second = await openQueue({
    backend: db.backend,
    query,
    tx: (work, options) => db.tx(work, options),
    listen: (...listener) => db.listen(...listener),
    close: () => Promise.resolve(),
  });
  onTestFinished(() => second.close());
  await second.ensureQueues([name]);
  const job = { runId: randomUUID(), index: 0 };
  await db.tx((tx) => second.send(tx, name, [job]));
  expect((await claim(name))?.data).toEqual(job);
});
