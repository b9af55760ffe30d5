import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../src/accounts/accounts.js';
import { openDiskBlobs } from '../../src/blobs/disk-blobs.js';
import { acceptUpload } from '../../src/engine/hosted/accept-upload.js';
import { startSteps, type Step } from '../../src/engine/hosted/start-step.js';
import { rerunRun } from '../../src/engine/again/rerun-run.js';
import { cancelRun } from '../../src/engine/cancel-run.js';
import type { EngineContext } from '../../src/engine/engine-context.js';
import type { EngineError } from '../../src/engine/engine-error.js';
import { failStep } from '../../src/engine/hosted/fail-step.js';
import { groupWrites } from '../../src/engine/group-writes.js';
import { finishStep } from '../../src/engine/hosted/finish-step.js';
import { requeueStep } from '../../src/engine/hosted/return-steps.js';
import { BlobContents, deleteOrphanedContents } from '../../src/store/tables/blob-contents.js';
import { LeaseLostError } from '../../src/engine/hosted/lease.js';
import { removeFiles } from '../../src/engine/hosted/remove-files.js';
import type { Reservation, ReservationRequest } from '../../src/engine/hosted/reservation.js';
import { reserve, reserveWithContent } from '../../src/engine/hosted/reserve.js';
import { createModuleCatalogue } from '../../src/module-contract/module-catalogue.js';
import { openQueue } from '../../src/queue/boss-queue.js';
import type { ClaimedJob } from '../../src/queue/queue.js';
import { toQueueName } from '../../src/queue/queue.js';
import { findFile } from '../../src/store/tables/files/files.js';
import { openDatabase } from '../../src/store/open-database.js';
import { findRun } from '../../src/store/tables/runs.js';
import { TestClock } from '../support/test-clock.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';
import { makeScratch } from '../support/blob-files.js';

const queues = [toQueueName('parser'), toQueueName('json-to-txt')];

let database: TestDatabase;
let context: EngineContext;
let accountId: string;
let close: () => Promise<void>;
beforeAll(async () => {
  database = await createTestDatabase();
  const db = await openDatabase(database.options);
  const queue = await openQueue(db);
  await queue.ensureQueues(queues);
  const blobs = await openDiskBlobs(database.options.dataDir);
  const clock = new TestClock();
  context = {
    db,
    queue,
    blobs,
    clock,
    modules: createModuleCatalogue(),
    reservationSeconds: 60,
    maxOpenRuns: 1000,
    maxUnfinishedBytes: 1024 ** 3,
    resumeSeconds: 3600,
    webhooks: { maxPendingDeliveries: 100 },
    reporting: { offlineAfterMs: 30_000, crashAfterMs: 75_000, retentionMs: 0, maxWorkers: 100, maxLogLines: 1000 },
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

/** Claims steps whose runs have not ended. */
async function claimAll(count: number, modules = ['parser']): Promise<Claim[]> {
  const claims: Claim[] = [];
  while (claims.length < count) {
    const claimed = await context.queue.claim(
      modules.map(toQueueName),
      () => count - claims.length,
      (tx, jobs) =>
        startSteps(
          context,
          tx,
          jobs.map(({ data }) => data),
        ),
    );
    if (claimed.length === 0) throw new Error('Expected a step to be ready');
    claims.push(...claimed.flatMap(({ job, started: step }) => (step ? [{ job, step }] : [])));
  }
  return claims;
}

async function claim(modules?: string[]): Promise<Claim> {
  const [claimed] = await claimAll(1, modules);
  return claimed!;
}

function requestFor(fileName: string, chain = ['parser']): ReservationRequest {
  return {
    pipeline: `fenced ${chain.length}`,
    chain,
    selections: chain.map(() => ({ model: 'sentence', params: {} })),
    fileName,
    directory: '/etc',
    tags: [],
    description: '',
    expireSeconds: 1800,
  };
}

/** Creates a run and claims its first step. */
async function startRun(fileName: string, chain?: string[]): Promise<Reservation & Claim> {
  const reservation = await reserveAndUpload(fileName, chain);
  return { ...reservation, ...(await claim()) };
}

async function reserveAndUpload(fileName: string, chain?: string[]): Promise<Reservation> {
  const reservation = await reserve(context, accountId, requestFor(fileName, chain));
  const blob = await context.blobs.write(toAsync([Buffer.from('One sentence.')]), { maxBytes: 1000 });
  await acceptUpload(context, reservation.fileId, blob);
  return reservation;
}

/** Like {@link startRun} for several files, whose steps are claimed together because leases are short. */
async function startRuns(...fileNames: string[]): Promise<(Reservation & Claim)[]> {
  const reservations = await Promise.all(fileNames.map((fileName) => reserveAndUpload(fileName)));
  const claims = await claimAll(fileNames.length);
  return reservations.map((reservation) => ({
    ...reservation,
    ...claims.find(({ step }) => step.runId === reservation.runId)!,
  }));
}

async function* toAsync(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function finish({ job, step }: Claim): Promise<string> {
  const scratch = await makeScratch(context.blobs);
  const path = join(scratch, 'output.json');
  await writeFile(path, '[]');
  const result = { path, bytes: 2, sha256: '0'.repeat(64), facts: { num_lines: 0 } };
  const blobs = { output: await context.blobs.adopt(path), snippets: null };
  await finishStep(context, job, step, { result, blobs, warnings: undefined, usage: undefined });
  return blobs.output;
}

const access = () => ({ account: accountId, names: null, ownKeyId: null });
const runOf = async ({ runId }: Reservation) =>
  (await findRun(context.db, access(), runId, context.clock.now()))?.status;
const fileOf = ({ fileId }: Reservation) => findFile(context.db, access(), fileId, context.clock.now());
const countContents = async () => (await context.db.query('select from blob_content')).rows.length;
const readUnits = async () => (await context.db.query<{ n: number }>('select units_used as n from account')).rows[0]?.n;

describe('a worker whose lease was lost', () => {
  it('changes nothing after another worker has finished the step', async () => {
    const first = await startRun('finished.txt');
    await context.queue.release(first.job);
    const second = await claim();
    const blob = await finish(second);
    const run = await runOf(first);
    const units = await readUnits();
    await expect(finish(first)).rejects.toThrow(LeaseLostError);
    await expect(failStep(context, first.job, { code: 'module_failed', message: 'x' })).rejects.toThrow(LeaseLostError);
    expect(await runOf(first)).toEqual(run);
    expect(run).toMatchObject({ state: 'completed', tasks: [{ attempt: 2 }] });
    expect((await fileOf(first))?.output_blob).toBe(blob);
    expect(await readUnits()).toBe(units);
  });

  it('can return a step that has not begun, which does not count as an attempt', async () => {
    const run = await startRun('returned.txt');
    await requeueStep(context, run.job);
    expect(await runOf(run)).toMatchObject({ state: 'pending', tasks: [{ state: 'pending', attempt: 0 }] });
    await expect(requeueStep(context, run.job)).rejects.toThrow(LeaseLostError);
    const next = await claim();
    expect(next.step.runId).toBe(run.runId);
    expect(next.job.lostWorkerCount).toBe(0);
    await finish(next);
    expect(await runOf(run)).toMatchObject({ state: 'completed', tasks: [{ attempt: 1 }] });
  });

  it('keeps a small input in the database until its run has ended', async () => {
    const blobs = await openDiskBlobs(database.options.dataDir, undefined, new BlobContents(context.db));
    const request = requestFor('small.txt');
    const blob = await blobs.write(toAsync([Buffer.from('One sentence.')]), { maxBytes: 1000 });
    await reserveWithContent(context, accountId, request, undefined, blob);
    const claimed = await claim();
    expect(await countContents()).toBe(1);
    // another process does not have the input in memory
    const elsewhere = await openDiskBlobs(database.options.dataDir, undefined, new BlobContents(context.db));
    expect(await elsewhere.locate(claimed.step.inputBlob)).toEqual({ content: Buffer.from('One sentence.') });
    await finish(claimed);
    expect(await countContents()).toBe(0);
  });

  it('stores a small output until its file is deleted, but only while it has the lease', async () => {
    const contents = new BlobContents(context.db);
    const blobs = await openDiskBlobs(database.options.dataDir, undefined, contents);
    const finishSmall = async ({ job, step }: Claim, text: string): Promise<string> => {
      const { key, bytes, content } = await blobs.put(Buffer.from(text));
      const result = { path: '', bytes, sha256: '0'.repeat(64), facts: {} };
      const stored = { output: key, content, snippets: null };
      await finishStep(context, job, step, { result, blobs: stored, warnings: undefined, usage: undefined });
      return key;
    };
    const run = await startRun('two-steps.txt', ['parser', 'json-to-txt']);
    const output = await finishSmall(run, '["One sentence."]');
    await expect(finishSmall(run, 'too late')).rejects.toThrow(LeaseLostError);
    expect(await countContents()).toBe(1);
    await failStep(context, (await claim(['json-to-txt'])).job, { code: 'module_failed', message: 'x' });
    const rerun = () => rerunRun(context, access(), run.runId, { from: 'json-to-txt' });
    await rerun();
    const next = await claim(['json-to-txt']);
    expect(next.step.inputBlob).toBe(output);
    expect(await contents.read(output)).toEqual(Buffer.from('["One sentence."]'));
    const last = await finishSmall(next, 'One sentence.');
    expect(await contents.read(output)).toBeUndefined();
    await expect(rerun()).rejects.toThrow('the input was deleted');
    await deleteOrphanedContents(context.db);
    expect(await contents.read(last)).toEqual(Buffer.from('One sentence.'));
    await context.db.query('delete from file where id = $1', [run.fileId]); // as a deletion of its account would
    await deleteOrphanedContents(context.db);
    expect(await countContents()).toBe(0);
  });

  it('changes nothing while another worker runs the step', async () => {
    const first = await startRun('taken.txt');
    await context.queue.release(first.job);
    const second = await claim();
    expect(await context.queue.renewLeases([first.job, second.job])).toEqual([first.job]);
    await expect(failStep(context, first.job, { code: 'module_failed', message: 'x' })).rejects.toThrow(LeaseLostError);
    expect(await runOf(first)).toMatchObject({ state: 'running' });
    await finish(second);
    expect(await runOf(first)).toMatchObject({ state: 'completed' });
  });

  it('changes nothing while the step waits in the queue', async () => {
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
    await expect(failStep(context, run.job, { code: 'module_failed', message: 'x' })).rejects.toThrow(LeaseLostError);
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

  it('finishes its step once, even if it tries several times at once', async () => {
    const run = await startRun('once.txt');
    const before = (await readUnits()) ?? 0;
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => finish(run)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readUnits()).toBe(before + 1);
    expect(await runOf(run)).toMatchObject({ state: 'completed' });
  });
});

describe('steps that end at the same time', () => {
  it('are recorded together, except those whose lease was lost or whose run is over', async () => {
    const runs = await startRuns(...Array.from({ length: 9 }, (_, i) => `together-${i}.txt`));
    const [lost, cancelled, ...others] = runs as [Reservation & Claim, Reservation & Claim, ...(Reservation & Claim)[]];
    await context.queue.release(lost.job);
    await cancelRun(context, access(), cancelled.runId);
    const before = (await readUnits()) ?? 0;
    const outcomes = await Promise.allSettled(runs.map(finish));
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(runs.map((run) => others.includes(run)));
    for (const outcome of outcomes.slice(0, 2))
      expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(LeaseLostError);
    expect(await readUnits()).toBe(before + others.length);
    for (const [i, run] of others.entries()) {
      expect(await runOf(run)).toMatchObject({ state: 'completed', progress: { percent: 100 } });
      expect((await fileOf(run))?.output_blob).toBe((outcomes[i + 2] as PromiseFulfilledResult<string>).value);
    }
    await finish(await claim());
    expect(await runOf(lost)).toMatchObject({ state: 'completed' });
    expect(await runOf(cancelled)).toMatchObject({ state: 'cancelled' });
  });

  it('fail together, except those whose lease was lost', async () => {
    const runs = await startRuns('fail-1.txt', 'fail-2.txt', 'fail-3.txt');
    await context.queue.release(runs[1]!.job);
    const outcomes = await Promise.allSettled(
      runs.map(({ job }, i) => failStep(context, job, { code: 'module_failed', message: `reason ${i}` })),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await runOf(runs[0]!)).toMatchObject({ state: 'failed', error: { message: 'reason 0' } });
    expect(await runOf(runs[1]!)).toMatchObject({ state: 'running' });
    expect(await runOf(runs[2]!)).toMatchObject({ state: 'failed', error: { message: 'reason 2' } });
    await finish(await claim());
  });
});

describe('files that arrive at the same time', () => {
  const request = (fileName: string, chain = ['parser']) => ({
    pipeline: 'at-once',
    chain,
    selections: chain.map(() => ({ model: 'sentence', params: {} })),
    fileName,
    directory: '/etc',
    tags: [{ kind: fileName }],
    description: 'half of an emoji: \ud83d',
    expireSeconds: 1800,
  });

  it('are accepted together, except for conflicts and repeated requests', async () => {
    const blobs: string[] = [];
    const send = async (...[wanted, key]: [ReservationRequest, string?]) => {
      const blob = await context.blobs.write(toAsync([Buffer.from('One sentence.')]), { maxBytes: 1000 });
      blobs.push(blob.key);
      const idempotency = key === undefined ? key : { key, shouldReplaceFailed: false };
      return () => reserveWithContent(context, accountId, wanted, idempotency, blob);
    };
    const sends = [
      await send(request('first.txt')),
      await send(request('FIRST.txt')),
      await send(request('keyed.txt'), 'one-key'),
      await send(request('keyed.txt'), 'one-key'),
      await send(request('other.txt'), 'one-key'),
      await send(request('chain.txt', ['parser', 'json-to-txt'])),
      await send(request('last.txt')),
    ];
    const outcomes = await Promise.allSettled(sends.map((start) => start()));
    const results = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? 'accepted' : (outcome.reason as EngineError).code,
    );
    expect(results).toEqual([
      ...['accepted', 'already_exists', 'accepted', 'accepted'],
      ...['conflict', 'chain_conflict', 'accepted'],
    ]);
    const [first, , keyed, repeated, , , last] = outcomes.map(
      (outcome) => (outcome as PromiseFulfilledResult<Reservation>).value,
    );
    expect(repeated).toEqual({ ...keyed, isNew: false });
    const sizes = await Promise.all(blobs.map((blob) => context.blobs.getSize(blob)));
    expect(sizes.map((size) => size !== undefined)).toEqual([true, false, true, false, false, false, true]);
    const claims = await claimAll(3);
    expect(claims.map(({ job }) => job.data.runId).sort()).toEqual([first!, keyed!, last!].map((r) => r.runId).sort());
    for (const claimed of claims) await finish(claimed);
    expect((await fileOf(first!))?.description).toBe('half of an emoji: \ufffd');
  });

  it("are refused beyond the account's limit of open runs, which counts only accepted files", async () => {
    const { rows } = await context.db.query<{ n: number }>(
      'select count(*)::int as n from run where account_id = $1 and finished_at is null',
      [accountId],
    );
    const limited = { ...context, maxOpenRuns: rows[0]!.n + 2 };
    const names = ['limit-1.txt', 'limit-1.txt', 'limit-2.txt', 'limit-3.txt'];
    const outcomes = await Promise.allSettled(names.map((name) => reserve(limited, accountId, request(name))));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as EngineError] : []));
    expect(codes.map(({ code }) => code)).toContain('too_many_runs');
  });
});

describe('grouped writes', () => {
  it('share a transaction, and only the items that cannot be written fail', async () => {
    await context.db.query('create table number (n int primary key, tx xid8 not null)');
    await context.db.query('insert into number select 7, pg_current_xact_id()');
    const sizes: number[] = [];
    const insert = groupWrites<number, string>(async (_context, tx, numbers) => {
      sizes.push(numbers.length);
      const kept = numbers.filter((n) => n !== 3);
      const { rows } = await tx.query<{ tx: string }>(
        'insert into number select n, pg_current_xact_id() from unnest($1::int[]) as given (n) returning tx::text',
        [kept],
      );
      return numbers.map((n) => (n === 3 ? new Error('refused') : rows[0]!.tx));
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 16 }, (_, n) => insert(context, n)));
    const failed = [...outcomes.entries()].filter(([, { status }]) => status === 'rejected').map(([n]) => n);
    expect(failed).toEqual([3, 7]);
    expect(outcomes[3]).toMatchObject({ reason: new Error('refused') });
    expect((await context.db.query('select count(*)::int as count from number')).rows).toEqual([{ count: 15 }]);
    // all 16 first, then the halves of each group that contains the 7
    expect(sizes).toEqual([16, 8, 4, 4, 2, 2, 1, 1, 8]);
    expect(new Set(outcomes.slice(8).map((outcome) => (outcome as PromiseFulfilledResult<string>).value)).size).toBe(1);
  });
});
