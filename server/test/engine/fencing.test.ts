import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../src/accounts/accounts.js';
import { openDiskBlobs } from '../../src/blobs/disk-blobs.js';
import { acceptUpload } from '../../src/engine/hosted/accept-upload.js';
import { beginStep, type Step } from '../../src/engine/hosted/begin-step.js';
import { cancelRun } from '../../src/engine/cancel-run.js';
import type { EngineContext } from '../../src/engine/engine-context.js';
import { failStep } from '../../src/engine/hosted/fail-step.js';
import { finishStep } from '../../src/engine/hosted/finish-step.js';
import { LeaseLostError } from '../../src/engine/hosted/lease.js';
import { removeFiles } from '../../src/engine/hosted/remove-files.js';
import type { Reservation } from '../../src/engine/hosted/reservation.js';
import { reserve } from '../../src/engine/hosted/reserve.js';
import { moduleCatalogue } from '../../src/module-contract/module-catalogue.js';
import { openQueue } from '../../src/queue/boss-queue.js';
import type { ClaimedJob } from '../../src/queue/queue.js';
import { queueOf } from '../../src/queue/queue.js';
import { findFile } from '../../src/store/tables/files.js';
import { openDatabase } from '../../src/store/open-database.js';
import { findRun } from '../../src/store/tables/runs.js';
import { TestClock } from '../support/test-clock.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const queues = [queueOf('parser')];

let database: TestDatabase;
let context: EngineContext;
let accountId: string;
let close: () => Promise<void>;
beforeAll(async () => {
  database = await createTestDatabase();
  const db = await openDatabase(database.options);
  const queue = await openQueue(db);
  await queue.ensure(queues);
  const blobs = await openDiskBlobs(database.options.dataDir);
  const clock = new TestClock();
  context = {
    db,
    queue,
    blobs,
    clock,
    modules: moduleCatalogue(),
    reservationSeconds: 60,
    maxOpenRuns: 1000,
    maxUnfinishedBytes: 1024 ** 3,
    resumeSeconds: 3600,
    webhooks: { maxPending: 100 },
    reporting: { offlineMs: 30_000, crashMs: 75_000, retentionMs: 0, maxWorkers: 100, maxLogLines: 1000 },
  };
  ({ id: accountId } = await createAccount(db, clock, 'fenced'));
  close = async () => {
    await queue.close();
    await db.close();
  };
});
afterAll(async () => {
  await close();
  await database.cleanup();
});

interface Claim {
  readonly job: ClaimedJob;
  readonly step: Step;
}

async function claim(): Promise<Claim> {
  const claimed = await context.queue.claim(queues, (tx, job) => beginStep(context, tx, job.data));
  if (!claimed?.begun) throw new Error('Expected a step to be ready');
  return { job: claimed.job, step: claimed.begun };
}

/** A run whose only step one worker has claimed. */
async function startRun(fileName: string): Promise<Reservation & Claim> {
  const reservation = await reserve(context, accountId, {
    pipeline: 'fenced',
    chain: ['parser'],
    selections: [{ model: 'sentence', params: {} }],
    fileName,
    directory: '/etc',
    tags: [],
    description: '',
    expireSeconds: 1800,
  });
  const content = [Buffer.from('One sentence.')];
  const blob = await context.blobs.write(toAsync(content), { maxBytes: 1000 });
  await acceptUpload(context, reservation.fileId, blob);
  return { ...reservation, ...(await claim()) };
}

async function* toAsync(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function finish({ job, step }: Claim): Promise<string> {
  const scratch = await context.blobs.makeScratch();
  const path = join(scratch, 'output.json');
  await writeFile(path, '[]');
  const result = { path, bytes: 2, sha256: '0'.repeat(64), facts: { num_lines: 0 } };
  const blob = await context.blobs.adopt(path);
  await finishStep(context, job, step, { result, blobs: { output: blob, snippets: null }, warnings: undefined });
  return blob;
}

const access = () => ({ account: accountId, names: null, ownKey: null });
const runOf = async ({ runId }: Reservation) =>
  (await findRun(context.db, access(), runId, context.clock.now()))?.status;
const fileOf = ({ fileId }: Reservation) => findFile(context.db, access(), fileId, context.clock.now());
const used = async () => (await context.db.query<{ n: number }>('select units_used as n from account')).rows[0]?.n;

describe('a worker whose lease was lost', () => {
  it('changes nothing after another one has finished the step', async () => {
    const first = await startRun('finished.txt');
    await context.queue.release(first.job);
    const second = await claim();
    const blob = await finish(second);
    const run = await runOf(first);
    const units = await used();
    await expect(finish(first)).rejects.toThrow(LeaseLostError);
    await expect(failStep(context, first.job, { code: 'x', message: 'x' })).rejects.toThrow(LeaseLostError);
    expect(await runOf(first)).toEqual(run);
    expect(run).toMatchObject({ state: 'completed', tasks: [{ attempt: 2 }] });
    expect((await fileOf(first))?.output_blob).toBe(blob);
    expect(await used()).toBe(units);
  });

  it('changes nothing while another one works on the step, which then finishes it', async () => {
    const first = await startRun('taken.txt');
    await context.queue.release(first.job);
    const second = await claim();
    expect(await context.queue.renewLease(first.job)).toBe(false);
    expect(await context.queue.renewLease(second.job)).toBe(true);
    await expect(failStep(context, first.job, { code: 'x', message: 'x' })).rejects.toThrow(LeaseLostError);
    expect(await runOf(first)).toMatchObject({ state: 'running' });
    await finish(second);
    expect(await runOf(first)).toMatchObject({ state: 'completed' });
  });

  it('changes nothing while the step waits for another worker', async () => {
    const first = await startRun('waiting.txt');
    await context.queue.release(first.job);
    await expect(finish(first)).rejects.toThrow(LeaseLostError);
    expect(await runOf(first)).toMatchObject({ progress: { percent: 0 } });
    await finish(await claim());
    expect(await runOf(first)).toMatchObject({ state: 'completed' });
  });
});

describe('a worker whose run is over', () => {
  it('changes nothing after a cancellation', async () => {
    const run = await startRun('cancelled.txt');
    await cancelRun(context, access(), run.runId);
    const before = await runOf(run);
    await expect(finish(run)).rejects.toThrow(LeaseLostError);
    await expect(failStep(context, run.job, { code: 'x', message: 'x' })).rejects.toThrow(LeaseLostError);
    expect(await runOf(run)).toEqual(before);
    expect(before).toMatchObject({ state: 'cancelled' });
    expect((await fileOf(run))?.state).toBe('failed');
  });

  it('changes nothing after a deletion', async () => {
    const run = await startRun('deleted.txt');
    await context.db.tx((tx) => removeFiles(context, tx, 'id = $1', [run.fileId]));
    await expect(finish(run)).rejects.toThrow(LeaseLostError);
    expect(await runOf(run)).toBeUndefined();
    expect(await fileOf(run)).toBeUndefined();
  });

  it('finishes once, however often it tries at once', async () => {
    const run = await startRun('once.txt');
    const before = (await used()) ?? 0;
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => finish(run)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await used()).toBe(before + 1);
    expect(await runOf(run)).toMatchObject({ state: 'completed' });
  });
});
