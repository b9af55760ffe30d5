import { randomUUID } from 'node:crypto';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completed, logged, running, taskCreated } from '../support/clients/events.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client, type V1ErrorBody } from '../support/clients/v1-client.js';
import { wholeSweep } from '../support/whole-sweep.js';
import { start, WorkerDriver } from '../support/worker-driver.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ secondAccount: true, maxOpenRuns: 60, maxLogLines: 20 });
});
afterAll(() => server.close());

/** Returns a name that no other test uses. */
const unique = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;
const readRun = async (id: string): Promise<RunStatus> => (await server.v1.run(id)).body;

/** Advances the clock in short steps with a sweep after each, as on a server that is never suspended. */
async function passTime(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 5) {
    server.clock.advance(Math.min(5, left));
    await wholeSweep(server.clock);
  }
}

describe('starting a run', () => {
  it('creates a pending run with the reason why it waits', async () => {
    const of = unique('read-facts');
    const run = await start(server.v1, of, { input: ['a'], priority: 3, kind: 'flow' });
    expect(run).toMatchObject({
      of,
      kind: 'flow',
      state: 'pending',
      input: ['a'],
      priority: 3,
      attempt: 0,
      late: false,
      waitsFor: `no worker serves '${of}'`,
      scheduledFor: run.createdAt,
    });
    await passTime(20);
    expect(await readRun(run.requestId)).toMatchObject({ late: true, waitsFor: `no worker serves '${of}'` });
  });

  it('returns the same run for the same idempotency key, and refuses another request', async () => {
    const of = unique('once');
    const idempotencyKey = randomUUID();
    const first = await start(server.v1, of, { input: 1, idempotencyKey });
    const [again, other] = await Promise.all([
      start(server.v1, of, { input: 1, idempotencyKey }),
      server.v1.post<V1ErrorBody>('/v1/runs', { of, input: 2, idempotencyKey }),
    ]);
    expect(again.requestId).toBe(first.requestId);
    expect(other).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
  });

  it('accepts a list, and refuses only its invalid runs', async () => {
    const of = unique('many');
    const key = randomUUID();
    const refused = { of, parent: randomUUID(), idempotencyKey: randomUUID() };
    const runs = [
      { of, input: 0 },
      { of: '', input: 1 },
      { of, input: 2, parent: randomUUID() },
      { of, input: 3, idempotencyKey: key },
      { of, input: 3, idempotencyKey: key },
      refused,
      refused,
    ];
    const { body } = await server.v1.post<{ items: (RunStatus | V1ErrorBody)[] }>('/v1/runs', { runs });
    expect(body.items).toMatchObject([
      { of, input: 0 },
      { error: { code: 'validation' } },
      { error: { code: 'not_found', message: expect.stringContaining('parent') as string } },
      { of, input: 3 },
      { of, input: 3 },
      { error: { code: 'not_found' } },
      { error: { code: 'not_found' } },
    ]);
    expect(body.items[3]).toEqual(body.items[4]);
  });

  it('refuses only the request whose run has been deleted, if its idempotency key is repeated in a list', async () => {
    const of = unique('deleted');
    const request = { of, input: 1, idempotencyKey: randomUUID() };
    const { requestId } = await start(server.v1, of, request);
    await server.v1.cancel(requestId);
    expect((await server.v1.call('DELETE', `/v1/runs/${requestId}`)).status).toBe(204);
    const { status, body } = await server.v1.post<{ items: unknown[] }>('/v1/runs', {
      runs: [request, { of, input: 2 }],
    });
    expect(status).toBe(200);
    expect(body.items).toMatchObject([{ error: { code: 'not_found' } }, { of, input: 2 }]);
  });

  it('accepts an idempotency key again after a refusal', async () => {
    const of = unique('refused');
    const idempotencyKey = randomUUID();
    const parent = await start(server.v1, of);
    const other = new V1Client(server.url, server.otherKey);
    const refused = await other.post('/v1/runs', { of, parent: parent.requestId, idempotencyKey });
    expect(refused.status).toBe(404);
    expect((await start(other, of, { idempotencyKey })).of).toBe(of);
  });

  it.each([
    [{}, 'of'],
    [{ of: 'x', priority: 10 }, 'priority'],
    [{ of: 'x', delay: -1 }, 'delay'],
    [{ of: 'x', delay: 5000, expiresIn: 5000 }, 'expiresIn'],
    [{ of: 'x', input: 'x'.repeat(1024 ** 2) }, 'input'],
  ])('is rejected with %.60o', async (body, field) => {
    const { status, body: refused } = await server.v1.post<V1ErrorBody>('/v1/runs', body);
    expect(status).toBe(400);
    expect(refused.error.message).toContain(field);
  });

  it('is limited per account', async () => {
    const other = new V1Client(server.url, server.otherKey);
    const runs = Array.from({ length: 61 }, () => ({ of: unique('limit') }));
    const { body } = await other.post<{ items: object[] }>('/v1/runs', { runs });
    expect(body.items.filter((item) => 'error' in item).length).toBeGreaterThan(0);
    expect(body.items.at(-1)).toMatchObject({ error: { code: 'too_many_runs' } });
    const { body: open } = await other.runs('?state=pending&limit=100');
    await Promise.all(open.items.map(({ requestId }) => other.cancel(requestId)));
  });
});

describe('a worker', () => {
  it('claims a run, reports its events and completes it', async () => {
    const of = unique('sum');
    const { requestId } = await start(server.v1, of, { input: [1, 2] });
    const worker = await WorkerDriver.register(server.v1, { name: of, version: 'v2', kind: 'flow' });
    const claimed = await worker.claimOne();
    expect(claimed).toMatchObject({
      sequence: 0,
      outputs: {},
      run: { requestId, kind: 'flow', version: 'v2', attempt: 1, worker: worker.id, waitsFor: null, input: [1, 2] },
    });
    expect(await worker.claim()).toEqual([]);
    await worker.report(requestId, { type: 'run-resumed' }, { type: 'run-state', state: 'running' }, logged('adding'));
    expect(await readRun(requestId)).toMatchObject({ state: 'running', waitsFor: null });
    await worker.report(requestId, { type: 'run-state', state: 'completed', result: 3 });
    expect(await readRun(requestId)).toMatchObject({ state: 'completed', result: 3 });
  });

  it('with a waiting claim receives a run as soon as it is started', async () => {
    const of = unique('soon');
    const worker = await WorkerDriver.register(server.v1, of);
    const waiting = worker.claim(1, { wait: 25 });
    const { requestId } = await start(server.v1, of);
    expect((await waiting).map(({ run }) => run.requestId)).toEqual([requestId]);
  });

  it('claims no run before its scheduled time or after its expiry', async () => {
    const of = unique('later');
    const worker = await WorkerDriver.register(server.v1, of);
    const later = await start(server.v1, of, { delay: 60_000 });
    const short = await start(server.v1, of, { expiresIn: 1000 });
    expect(later.waitsFor).toMatch(/^it is scheduled for 20/);
    server.clock.advance(2);
    expect(await worker.claim(5)).toEqual([]);
    await passTime(1);
    expect(await readRun(short.requestId)).toMatchObject({ state: 'cancelled', error: { code: 'not_started' } });
    await passTime(60);
    expect((await worker.claim(5)).map(({ run }) => run.requestId)).toEqual([later.requestId]);
  });

  it('claims the highest priority first, then the oldest, alternating between names', async () => {
    const [many, one] = [unique('many'), unique('one')];
    const worker = await WorkerDriver.register(server.v1, many, one);
    const started: Record<string, string> = {};
    for (const [label, of, priority] of [
      ['low', many, 0],
      ['older', many, 5],
      ['newer', many, 5],
      ['single', one, 0],
    ] as const) {
      started[label] = (await start(server.v1, of, { priority })).requestId;
      server.clock.advance(0.01);
    }
    const order: string[] = [];
    for (let left = 4; left > 0; left--) {
      const { run } = await worker.claimOne();
      order.push(Object.keys(started).find((label) => started[label] === run.requestId)!);
    }
    expect(order).toEqual(['older', 'single', 'newer', 'low']);
  });

  it('claims the only run of its account at once, however many runs another account has', async () => {
    const of = unique('shared');
    const runs = Array.from({ length: 20 }, () => ({ of, priority: 9 }));
    await server.v1.post('/v1/runs', { runs });
    const other = new V1Client(server.url, server.otherKey);
    const [busy, worker] = [await WorkerDriver.register(server.v1, of), await WorkerDriver.register(other, of)];
    const { requestId } = await start(other, of);
    expect((await worker.claim(5)).map(({ run }) => run.requestId)).toEqual([requestId]);
    const claimed = await busy.claim(20);
    expect(claimed).toHaveLength(20);
    for (const { run } of claimed) await busy.complete(run.requestId);
  });

  it('is named in `waitsFor` while it is busy or has another version', async () => {
    const of = unique('busy');
    const worker = await WorkerDriver.register(server.v1, { name: of, version: 'v1' });
    const first = await start(server.v1, of);
    await worker.claimOne();
    const second = await start(server.v1, of);
    expect(await readRun(second.requestId)).toMatchObject({ waitsFor: `the worker that serves '${of}' is busy` });
    await worker.release(first.requestId);
    const newer = await WorkerDriver.register(server.v1, { name: of, version: 'v2' });
    expect((await newer.claim(5)).map(({ run }) => run.requestId)).toEqual([second.requestId]);
    await passTime(60);
    await newer.claim(0);
    expect(await readRun(first.requestId)).toMatchObject({
      late: true,
      version: 'v1',
      waitsFor: `no worker serves version 'v1' of '${of}', with which the run started`,
    });
  });

  it('is asked to register again if it is unknown', async () => {
    const worker = await WorkerDriver.register(server.v1, 'x');
    const { status, body } = await worker.claimResponse({ worker: randomUUID() });
    expect(status).toBe(404);
    expect((body as unknown as V1ErrorBody).error.message).toContain('Register it again');
  });
});

describe('a lost worker', () => {
  it('keeps its claim while the server cannot know that it is lost, and the run is not late', async () => {
    const of = unique('claimed');
    const { requestId } = await start(server.v1, of);
    await (await WorkerDriver.register(server.v1, of)).claimOne();
    // in one step, as after a suspension of the server
    server.clock.advance(20);
    expect(await readRun(requestId)).toMatchObject({ state: 'pending', late: false, waitsFor: null });
  });

  it('loses its runs when the lease expires, and can no longer report them', async () => {
    const of = unique('lost');
    const { requestId } = await start(server.v1, of);
    const worker = await WorkerDriver.register(server.v1, { name: of, kind: 'flow' });
    await worker.claimOne();
    await worker.report(
      requestId,
      { type: 'run-resumed' },
      { type: 'run-state', state: 'running' },
      taskCreated('load-0', 0),
      running('load-0'),
      completed('load-0', 'facts'),
      taskCreated('save-0', 1),
      running('save-0'),
    );
    await passTime(10);
    expect(await worker.sendHeartbeat(requestId)).toMatchObject({ [requestId]: { state: 'running' } });
    await passTime(10);
    expect(await readRun(requestId)).toMatchObject({ state: 'running' });
    await passTime(10);
    expect(await readRun(requestId)).toMatchObject({
      state: 'pending',
      late: false,
      waitsFor: expect.any(String) as string,
    });
    const next = worker.twin();
    const claimed = await next.claimOne();
    expect(claimed).toMatchObject({ run: { requestId, attempt: 2 }, outputs: { 'load-0': 'facts' }, sequence: 7 });
    expect(claimed.run.tasks.map(({ state }) => state)).toEqual(['completed', 'pending']);

    const stale = await worker.report(requestId, completed('save-0', 'stale'), {
      type: 'run-state',
      state: 'completed',
    });
    expect(stale).toEqual({ sequence: 0, state: null, cancel: false });
    expect(await worker.sendHeartbeat(requestId)).toEqual({ [requestId]: { sequence: 0, state: null, cancel: false } });
    const beat = await server.v1.post(`/v1/workers/${worker.id}/heartbeat`, {
      runs: [requestId],
      reporter: worker.reporter,
    });
    expect(beat.body).toEqual({ runs: { [requestId]: { sequence: 7, cancel: false, state: null } } });
    expect((await readRun(requestId)).tasks[1]).toMatchObject({ state: 'pending' });
    await next.complete(requestId, 'done');
    expect(await readRun(requestId)).toMatchObject({ state: 'completed', result: 'done' });
    const { body: log } = await server.v1.get<{ items: { message: string }[] }>(`/v1/runs/${requestId}/logs`);
    expect(log.items.map(({ message }) => message)).toContain(
      'The worker of attempt 1 was lost: it stopped sending heartbeats',
    );
  });

  it('crashes its run only after the last allowed attempt', async () => {
    const of = unique('fatal');
    const { requestId } = await start(server.v1, of, { attempts: 2 });
    const worker = await WorkerDriver.register(server.v1, of);
    await worker.claimOne();
    await passTime(20);
    expect(await readRun(requestId)).toMatchObject({ state: 'pending' });
    await worker.claimOne();
    await passTime(20);
    expect(await readRun(requestId)).toMatchObject({
      state: 'crashed',
      attempt: 2,
      error: { code: 'worker_lost', message: expect.stringContaining('2 workers were lost') as string },
    });
    expect(await worker.claim()).toEqual([]);
  });

  it('cannot lose its run to a process that has not claimed it', async () => {
    const of = unique('stolen');
    const { requestId } = await start(server.v1, of);
    const worker = await WorkerDriver.register(server.v1, of);
    await worker.claimOne();
    const otherProcess = worker.twin();
    expect(await otherProcess.complete(requestId, 'stolen')).toMatchObject({ state: null });
    expect(await readRun(requestId)).toMatchObject({ state: 'pending', result: null });
  });
});

describe('a worker that closes', () => {
  it('releases its runs immediately, without using up an attempt', async () => {
    const of = unique('closing');
    const { requestId } = await start(server.v1, of, { attempts: 1 });
    const worker = await WorkerDriver.register(server.v1, of);
    await worker.claimOne();
    expect(await worker.twin().release(requestId)).toBe(0);
    expect(await worker.release(requestId, randomUUID())).toBe(1);
    const next = await WorkerDriver.register(server.v1, of);
    expect((await next.claimOne()).run).toMatchObject({ requestId, attempt: 2 });
  });

  it('does not write to a log that is full', async () => {
    const of = unique('full');
    const { requestId } = await start(server.v1, of);
    const worker = await WorkerDriver.register(server.v1, of);
    await worker.claimOne();
    await worker.report(requestId, { type: 'run-resumed' }, ...Array.from({ length: 19 }, () => logged('line')));
    expect(await worker.release(requestId)).toBe(1);
    const { body: log } = await server.v1.get<{ items: { message: string }[] }>(`/v1/runs/${requestId}/logs`);
    expect(log.items.at(-1)?.message).toBe('The log is full. Only the first 19 lines are kept.');
  });
});

describe('cancelling a run', () => {
  it('ends a pending run immediately', async () => {
    const { requestId } = await start(server.v1, unique('waiting'), { delay: 1000 });
    expect((await server.v1.cancel(requestId)).body).toMatchObject({ state: 'cancelled', waitsFor: null });
  });

  it('reaches the worker that claimed the run, even before its first report', async () => {
    const of = unique('taken');
    const { requestId } = await start(server.v1, of);
    const worker = await WorkerDriver.register(server.v1, of);
    await worker.claimOne();
    await server.v1.cancel(requestId);
    const reported = await worker.report(requestId, { type: 'run-resumed' }, { type: 'run-state', state: 'running' });
    expect(reported).toMatchObject({ cancel: true });
  });

  it('ends a run whose worker was lost', async () => {
    const of = unique('cancelled');
    const { requestId } = await start(server.v1, of);
    const worker = await WorkerDriver.register(server.v1, of);
    await worker.claimOne();
    await server.v1.cancel(requestId);
    await passTime(20);
    expect(await readRun(requestId)).toMatchObject({ state: 'cancelled' });
  });
});

describe('resuming a run', () => {
  it('lets a worker claim a failed run again, with the outputs of its completed steps', async () => {
    const of = unique('again');
    const { requestId } = await start(server.v1, of);
    const worker = await WorkerDriver.register(server.v1, { name: of, kind: 'flow' });
    await worker.claimOne();
    const error = { code: 'flow_failed', message: 'no space' };
    await worker.report(
      requestId,
      { type: 'run-resumed' },
      { type: 'run-state', state: 'running' },
      taskCreated('load-0', 0),
      completed('load-0', 1),
      { type: 'run-state', state: 'failed', error },
    );
    expect((await server.v1.post(`/v1/runs/${requestId}/resume`, {})).body).toMatchObject({
      run: { state: 'pending', error: null },
    });
    expect(await worker.claimOne()).toMatchObject({ run: { requestId, attempt: 2 }, outputs: { 'load-0': 1 } });
    await worker.complete(requestId);
    const { status } = await server.v1.post(`/v1/runs/${requestId}/resume`, {});
    expect(status).toBe(409);
  });
});
