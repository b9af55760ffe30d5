import type { RunStats } from 'millrace/shared/runs/run-stats.js';
import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created, logged, ReportedRunDriver, running, taskCreated } from '../support/clients/events.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/clients/v1-client.js';
import { wholeSweep } from '../support/whole-sweep.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ secondAccount: true });
});
afterAll(() => server.close());

const identity = {
  name: 'cleaner',
  version: 'v1',
  pipelines: [{ name: 'clean', steps: [{ name: 'trim', version: 'v1' }] }],
};
const register = async (given: object = {}, v1 = server.v1) =>
  (await v1.post<WorkerRecord>('/v1/workers', { ...identity, ...given })).body;
const workers = async (query = '', v1 = server.v1) =>
  (await v1.get<{ items: WorkerRecord[] }>(`/v1/workers${query}`)).body.items;

/** Lets time pass as it does for a server that is awake: never more than some seconds between two of its looks. */
async function pass(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 20) {
    server.clock.advance(Math.min(20, left));
    await wholeSweep(server.clock);
  }
}

describe('registering', () => {
  it('makes one row of a name, a version and a list of steps, for each account', async () => {
    const worker = await register();
    expect(worker).toMatchObject({
      ...identity,
      status: 'online',
      runs: { open: 0, completed: 0 },
      meanDurationMs: null,
    });
    expect((await register()).id).toBe(worker.id);
    expect((await register({ version: 'v2' })).id).not.toBe(worker.id);
    expect((await register({ pipelines: [] })).id).not.toBe(worker.id);
    const other = new V1Client(server.url, server.otherKey);
    expect((await register({}, other)).id).not.toBe(worker.id);
    expect(await workers('', other)).toHaveLength(1);
  });

  it.each([
    {},
    { ...identity, name: '' },
    { ...identity, pipelines: [{ name: 'x' }] },
    { ...identity, version: 'x'.repeat(300) },
  ])('with %o is refused', async (body) => {
    expect((await server.v1.post('/v1/workers', body)).status).toBe(400);
  });
});

describe('a worker', () => {
  it('is offline after 30 seconds of silence, hidden after a day, and there again with its next beat', async () => {
    const { id } = await register({ name: 'silent' });
    const status = async (query = '') => (await workers(query)).find((worker) => worker.id === id)?.status;
    server.clock.advance(29);
    expect(await status()).toBe('online');
    server.clock.advance(1);
    expect(await status()).toBe('offline');
    server.clock.advance(24 * 3600);
    expect([await status(), await status('?all')]).toEqual([undefined, 'offline']);
    expect(await server.v1.post(`/v1/workers/${id}/heartbeat`)).toMatchObject({ status: 200, body: { runs: {} } });
    expect(await status()).toBe('online');
  });

  it('keeps its runs going by its beats, and hears from them what to cancel', async () => {
    const { id } = await register({ name: 'busy' });
    const run = new ReportedRunDriver(server.v1);
    await run.begin({ worker: id });
    for (let minute = 0; minute < 3; minute++) {
      await pass(60);
      const { body } = await server.v1.post<{ runs: unknown }>(`/v1/workers/${id}/heartbeat`);
      expect(body.runs).toEqual({ [run.id]: { sequence: 2, state: 'running', cancel: false } });
    }
    await server.v1.cancel(run.id);
    const { body } = await server.v1.post<{ runs: unknown }>(`/v1/workers/${id}/heartbeat`, { runs: [run.id] });
    expect(body.runs).toEqual({ [run.id]: { sequence: 2, state: 'running', cancel: true } });
    expect((await server.v1.runs(`?worker=${id}`)).body.items.map(({ requestId }) => requestId)).toEqual([run.id]);
  });

  it('of another account, or that never was, is not found', async () => {
    const { id } = await register({ name: 'mine' });
    const other = new V1Client(server.url, server.otherKey);
    const unknown = '6f1c1b0e-0f6b-4d4e-9a52-1f4f8a3c0001';
    const responses = await Promise.all([
      other.post(`/v1/workers/${id}/heartbeat`),
      server.v1.post(`/v1/workers/${unknown}/heartbeat`),
      server.v1.post('/v1/workers/me/heartbeat'),
    ]);
    expect(responses.map(({ status }) => status)).toEqual([404, 404, 404]);
    const run = new ReportedRunDriver(other);
    await run.begin({ worker: id });
    expect((await other.run(run.id)).body.worker).toBeNull();
  });
});

describe('a run whose program is silent', () => {
  it('has crashed after 75 seconds, with all that was open, and whoever waits is told', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.send(
      created(),
      { type: 'run-state', state: 'running' },
      taskCreated('a-0', 0),
      taskCreated('b-0', 1),
      running('a-0'),
    );
    await pass(70);
    expect((await server.v1.run(run.id)).body.state).toBe('running');
    const waiting = server.v1.run(run.id, '?wait=60');
    await pass(10);
    expect((await waiting).body).toMatchObject({
      state: 'crashed',
      error: { code: 'worker_lost' },
      tasks: [{ state: 'crashed' }, { state: 'skipped', error: null }],
    });
  });

  it('goes on when it says that it lives', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.begin();
    for (let minute = 0; minute < 3; minute++) {
      await pass(60);
      expect(await run.alive()).toMatchObject({ state: 'running' });
    }
  });

  it.each(['events', 'a sign of life'])(
    'goes on after it crashed when its program is back with %s, and nothing is missing',
    async (how) => {
      const run = new ReportedRunDriver(server.v1);
      await run.send(
        created(),
        { type: 'run-state', state: 'running' },
        taskCreated('a-0', 0),
        { type: 'task-state', key: 'a-0', state: 'completed', attempt: 1, output: { a: 1 } },
        taskCreated('b-0', 1),
        running('b-0'),
        taskCreated('c-0', 2),
      );
      await pass(80);
      expect((await server.v1.run(run.id)).body.state).toBe('crashed');
      if (how === 'events') await run.send({ type: 'log', level: 'info', message: 'back', task: null });
      else expect(await run.alive()).toMatchObject({ state: 'running' });
      expect((await server.v1.run(run.id)).body).toMatchObject({
        state: 'running',
        error: null,
        finishedAt: null,
        tasks: [{ state: 'completed' }, { state: 'running', error: null, attempt: 1 }, { state: 'pending' }],
      });
      await run.send(
        { type: 'task-state', key: 'b-0', state: 'completed', attempt: 1 },
        { type: 'task-state', key: 'c-0', state: 'completed', attempt: 1 },
        { type: 'run-state', state: 'completed', result: 5 },
      );
      expect((await server.v1.run(run.id)).body).toMatchObject({ state: 'completed', result: 5, error: null });
      const { body } = await server.v1.get<{ items: { message: string }[] }>(`/v1/runs/${run.id}/logs`);
      expect(body.items.map(({ message }) => message)).toContain(
        'The run was marked as crashed, but it continues because its program is reporting again',
      );
      // what was cancelled or failed for another reason stays as it is
      await run.send({ type: 'run-state', state: 'failed' });
      expect((await server.v1.run(run.id)).body.state).toBe('completed');
    },
  );

  it('has not crashed because the server was asleep', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.begin();
    server.clock.advance(3600);
    await wholeSweep(server.clock);
    expect((await server.v1.run(run.id)).body.state).toBe('running');
    await run.send({ type: 'run-state', state: 'completed' });
  });

  it('is late when it is pending for 15 seconds', async () => {
    const run = new ReportedRunDriver(server.v1);
    const report = { ...run.next(created()), at: server.clock.now().toISOString() };
    await run.sendAgain([report]);
    expect((await server.v1.run(run.id)).body.late).toBe(false);
    server.clock.advance(16);
    expect((await server.v1.run(run.id)).body.late).toBe(true);
  });
});

describe('resuming', () => {
  it('reopens a run for whoever asks first, and nobody else reports it from then on', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.send(
      created(),
      { type: 'run-state', state: 'running' },
      taskCreated('a-0', 0),
      { type: 'task-state', key: 'a-0', state: 'completed', attempt: 1, output: { a: 1 } },
      taskCreated('b-0', 1),
      { type: 'task-state', key: 'b-0', state: 'completed', attempt: 1, output: null },
      taskCreated('c-0', 2),
      { type: 'task-state', key: 'c-0', state: 'failed', attempt: 1, error: { code: 'x', message: 'no' } },
    );
    expect((await server.v1.post(`/v1/runs/${run.id}/resume`)).status).toBe(409);
    await run.send({ type: 'run-state', state: 'failed', error: { code: 'x', message: 'no' } });

    const heir = new ReportedRunDriver(server.v1);
    const resume = () => server.v1.post(`/v1/runs/${run.id}/resume`, { reporter: heir.reporter });
    const { status, body } = await resume();
    expect([status, body]).toMatchObject([
      200,
      {
        run: {
          state: 'pending',
          error: null,
          finishedAt: null,
          tasks: [{ state: 'completed' }, { state: 'completed' }, { state: 'pending' }],
        },
        outputs: { 'a-0': { a: 1 }, 'b-0': null },
        sequence: 9,
      },
    ]);
    expect((await resume()).status).toBe(409);

    expect(await run.send(logged('I am still here'))).toEqual({ sequence: 0, state: null, cancel: false });
    const reports = [
      heir.next({ type: 'run-resumed' }),
      heir.next({ type: 'run-state', state: 'completed', result: 7 }),
    ];
    const taken = await heir.events({
      reporter: heir.reporter,
      reports: reports.map((report, index) => ({ ...report, run: run.id, sequence: 10 + index })),
    });
    expect(taken.body.runs[run.id]).toEqual({ sequence: 11, state: 'completed', cancel: false });
    expect((await server.v1.run(run.id)).body).toMatchObject({ state: 'completed', result: 7 });
  });

  it('a program that goes on by itself takes its run over', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.begin();
    const heir = new ReportedRunDriver(server.v1);
    const { body } = await heir.events({
      reporter: heir.reporter,
      reports: [{ ...heir.next({ type: 'run-resumed' }), run: run.id, sequence: 3 }],
    });
    expect(body.runs[run.id]).toMatchObject({ sequence: 3, state: 'pending' });
    expect(await run.send(logged('me?'))).toMatchObject({ state: null });
  });

  it('a hosted run goes on at the module that failed, as long as what it reads is there', async () => {
    const { client, v1 } = server;
    const file = await client.add('resumed', ['json-to-txt'], 'no JSON');
    await client.settle(file);
    const { status, body } = await v1.post<{ run: { state: string } }>(`/v1/runs/${file.processId}/resume`);
    expect([status, body.run.state]).toEqual([200, 'pending']);
    const again = (await v1.run(file.processId, '?wait=60')).body;
    // with all its attempts
    expect(again).toMatchObject({ state: 'failed', tasks: [{ state: 'failed', attempt: 1 }] });

    const done = await client.complete('resumed not', ['parser'], 'One. Two.');
    expect((await v1.post(`/v1/runs/${done.processId}/resume`)).status).toBe(409);
  });

  it('a hosted run that was cancelled is refused: nothing is left of it', async () => {
    const { client, v1 } = server;
    const { body: reserved } = await client.process('resumed cancelled', ['parser']);
    await v1.cancel(reserved.request_id);
    const { status, body } = await v1.post<{ error: { code: string } }>(`/v1/runs/${reserved.request_id}/resume`);
    expect([status, body.error.code]).toEqual([409, 'conflict']);
  });
});

describe('statistics', () => {
  it('count the runs of a span of time, by state, by what they are of, and over time', async () => {
    const other = new V1Client(server.url, server.otherKey);
    server.clock.advance(40 * 24 * 3600);
    const at = (seconds: number) => new Date(server.clock.now().getTime() + seconds * 1000).toISOString();
    for (const [n, seconds] of [10, 20, 30].entries()) {
      const run = new ReportedRunDriver(other);
      await run.sendAgain([
        { ...run.next(created({ of: n === 2 ? 'rare' : 'usual', kind: 'flow' })), at: at(-1800) },
        { ...run.next({ type: 'run-state', state: 'running' }), at: at(-1800) },
        { ...run.next({ type: 'run-state', state: 'completed' }), at: at(-1800 + seconds) },
      ]);
    }
    const stats = async (range: string) => (await other.get<RunStats>(`/v1/stats?range=${range}`)).body;
    const none = { p50: null, p95: null };
    const first = await stats('1h');
    const { runs, durations, byOf, buckets, bucketSeconds, workers: counted, before, webhooks, disk } = first;
    expect(runs).toMatchObject({ completed: 3, failed: 0 });
    expect(durations).toEqual({ p50: 20_000, p95: 29_000 });
    expect(byOf).toMatchObject([
      { of: 'usual', kind: 'flow', runs: { completed: 2 } },
      { of: 'rare', runs: { completed: 1 } },
    ]);
    expect([buckets.length, bucketSeconds, buckets[30]?.runs.completed]).toEqual([60, 60, 3]);
    expect(counted).toEqual({ online: 0, offline: 0 });
    expect(before).toEqual({ runs: expect.objectContaining({ completed: 0 }) as object, durations: none });
    expect(webhooks).toEqual({ pending: 0, failed: 0 });
    expect(disk.freeBytes).toBeGreaterThan(0);
    expect(disk.totalBytes).toBeGreaterThanOrEqual(disk.freeBytes);
    server.clock.advance(3600);
    const next = await stats('1h');
    expect([next.runs.completed, next.before.runs.completed, next.before.durations]).toEqual([0, 3, durations]);
    const later = new ReportedRunDriver(other);
    await later.sendAgain([{ ...later.next(created({ of: 'usual', kind: 'flow' })), at: at(0) }]);
    expect((await stats('1h')).byOf).toMatchObject([
      { of: 'usual', durations: none, before: { p50: 15_000, p95: 19_500 } },
    ]);
    expect((await stats('7d')).runs.completed).toBe(3);
    expect((await other.get('/v1/stats?range=1y')).status).toBe(400);
    expect((await server.v1.get<RunStats>('/v1/stats?range=30d')).body.runs.completed).toBe(0);
  });
});

describe('retention', () => {
  it('removes what ended long ago, with its log, and workers that have nothing left', async () => {
    const { id } = await register({ name: 'old' });
    const old = new ReportedRunDriver(server.v1);
    await old.send(created({ worker: id }), logged('x'), { type: 'run-state', state: 'completed' });
    server.clock.advance(29 * 24 * 3600);
    const recent = new ReportedRunDriver(server.v1);
    await recent.send(created(), { type: 'run-state', state: 'failed' });
    expect((await server.v1.run(old.id)).status).toBe(200);
    server.clock.advance(24 * 3600 + 1);
    await expect.poll(async () => (await server.v1.run(old.id)).status).toBe(404);
    await expect.poll(async () => (await workers('?all')).some((worker) => worker.id === id)).toBe(false);
    expect((await server.v1.run(recent.id)).status).toBe(200);
  });
});
