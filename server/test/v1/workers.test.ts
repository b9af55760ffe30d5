import type { RunStats } from 'millrace/shared/runs/run-stats.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
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
const registerWorker = async (changes: object = {}, v1 = server.v1) =>
  (await v1.post<WorkerRecord>('/v1/workers', { ...identity, ...changes })).body;
const workers = async (query = '', v1 = server.v1) =>
  (await v1.get<{ items: WorkerRecord[] }>(`/v1/workers${query}`)).body.items;

/** Advances the clock in short steps with a sweep after each, as on a server that is never suspended. */
async function passTime(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 20) {
    server.clock.advance(Math.min(20, left));
    await wholeSweep(server.clock);
  }
}

describe('registering a worker', () => {
  it('creates one worker per account, name, version and list of steps', async () => {
    const worker = await registerWorker();
    expect(worker).toMatchObject({
      ...identity,
      status: 'online',
      runs: { open: 0, completed: 0 },
      meanDurationMs: null,
    });
    expect((await registerWorker()).id).toBe(worker.id);
    expect((await registerWorker({ version: 'v2' })).id).not.toBe(worker.id);
    expect((await registerWorker({ pipelines: [] })).id).not.toBe(worker.id);
    const other = new V1Client(server.url, server.otherKey);
    expect((await registerWorker({}, other)).id).not.toBe(worker.id);
    expect(await workers('', other)).toHaveLength(1);
  });

  it.each([
    {},
    { ...identity, name: '' },
    { ...identity, pipelines: [{ name: 'x' }] },
    { ...identity, version: 'x'.repeat(300) },
  ])('is rejected with %o', async (body) => {
    expect((await server.v1.post('/v1/workers', body)).status).toBe(400);
  });
});

describe('a worker', () => {
  it('is offline after 30 silent seconds, hidden after a day, and online after its next heartbeat', async () => {
    const { id } = await registerWorker({ name: 'silent' });
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

  it('keeps its runs alive with heartbeats, and learns from the responses what to cancel', async () => {
    const { id } = await registerWorker({ name: 'busy' });
    const run = new ReportedRunDriver(server.v1);
    await run.begin({ worker: id });
    for (let minute = 0; minute < 3; minute++) {
      await passTime(60);
      const { body } = await server.v1.post<{ runs: unknown }>(`/v1/workers/${id}/heartbeat`);
      expect(body.runs).toEqual({ [run.id]: { sequence: 2, state: 'running', cancel: false } });
    }
    await server.v1.cancel(run.id);
    const { body } = await server.v1.post<{ runs: unknown }>(`/v1/workers/${id}/heartbeat`, { runs: [run.id] });
    expect(body.runs).toEqual({ [run.id]: { sequence: 2, state: 'running', cancel: true } });
    expect((await server.v1.runs(`?worker=${id}`)).body.items.map(({ requestId }) => requestId)).toEqual([run.id]);
  });

  it('is not found if it is unknown or belongs to another account', async () => {
    const { id } = await registerWorker({ name: 'mine' });
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
  it('crashes after 75 seconds with its unfinished tasks, and ends waiting requests', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.send(
      created(),
      { type: 'run-state', state: 'running' },
      taskCreated('a-0', 0),
      taskCreated('b-0', 1),
      running('a-0'),
    );
    await passTime(70);
    expect((await server.v1.run(run.id)).body.state).toBe('running');
    const waiting = server.v1.run(run.id, '?wait=60');
    await passTime(10);
    expect((await waiting).body).toMatchObject({
      state: 'crashed',
      error: { code: 'worker_lost' },
      tasks: [{ state: 'crashed' }, { state: 'skipped', error: null }],
    });
  });

  it('does not crash while its program sends heartbeats', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.begin();
    for (let minute = 0; minute < 3; minute++) {
      await passTime(60);
      expect(await run.sendHeartbeat()).toMatchObject({ state: 'running' });
    }
  });

  it.each(['events', 'a heartbeat'])(
    'continues after a crash without losses when its program returns with %s',
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
      await passTime(80);
      expect((await server.v1.run(run.id)).body.state).toBe('crashed');
      if (how === 'events') await run.send({ type: 'log', level: 'info', message: 'back', task: null });
      else expect(await run.sendHeartbeat()).toMatchObject({ state: 'running' });
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
      // a run that has ended ignores another end
      await run.send({ type: 'run-state', state: 'failed' });
      expect((await server.v1.run(run.id)).body.state).toBe('completed');
    },
  );

  it('does not crash because the server was suspended', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.begin();
    server.clock.advance(3600);
    await wholeSweep(server.clock);
    expect((await server.v1.run(run.id)).body.state).toBe('running');
    await run.send({ type: 'run-state', state: 'completed' });
  });

  it('is late after more than 15 seconds in the state pending', async () => {
    const run = new ReportedRunDriver(server.v1);
    const report = { ...run.next(created()), at: server.clock.now().toISOString() };
    await run.sendNumbered([report]);
    expect((await server.v1.run(run.id)).body.late).toBe(false);
    server.clock.advance(16);
    expect((await server.v1.run(run.id)).body.late).toBe(true);
    await run.sendHeartbeat();
    expect((await server.v1.run(run.id)).body.late).toBe(false);
  });

  it('is late after more than 15 seconds since a program resumed it, even if it never started', async () => {
    const { body: run } = await server.v1.post<RunStatus>('/v1/runs', { of: 'never-started' });
    await server.v1.cancel(run.requestId);
    server.clock.advance(60);
    const { reporter } = new ReportedRunDriver(server.v1);
    const { body } = await server.v1.post<{ run: RunStatus }>(`/v1/runs/${run.requestId}/resume`, { reporter });
    expect(body.run).toMatchObject({ state: 'pending', startedAt: null, late: false });
    server.clock.advance(16);
    expect((await server.v1.run(run.requestId)).body.late).toBe(true);
  });
});

describe('resuming a run', () => {
  it('succeeds once, and from then on accepts events only from the new reporter', async () => {
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

    server.clock.advance(60);
    const successor = new ReportedRunDriver(server.v1);
    const resume = () => server.v1.post(`/v1/runs/${run.id}/resume`, { reporter: successor.reporter });
    const { status, body } = await resume();
    expect([status, body]).toMatchObject([
      200,
      {
        run: {
          state: 'pending',
          late: false,
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
      successor.next({ type: 'run-resumed' }),
      successor.next({ type: 'run-state', state: 'completed', result: 7 }),
    ];
    const response = await successor.events({
      reporter: successor.reporter,
      reports: reports.map((report, index) => ({ ...report, run: run.id, sequence: 10 + index })),
    });
    expect(response.body.runs[run.id]).toEqual({ sequence: 11, state: 'completed', cancel: false });
    expect((await server.v1.run(run.id)).body).toMatchObject({ state: 'completed', result: 7 });
  });

  it('lets a program take over a run by reporting that it resumes', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.begin();
    const successor = new ReportedRunDriver(server.v1);
    const { body } = await successor.events({
      reporter: successor.reporter,
      reports: [{ ...successor.next({ type: 'run-resumed' }), run: run.id, sequence: 3 }],
    });
    expect(body.runs[run.id]).toMatchObject({ sequence: 3, state: 'pending' });
    expect(await run.send(logged('me?'))).toMatchObject({ state: null });
  });

  it('continues a hosted run at the failed module, and is refused for a completed run', async () => {
    const { client, v1 } = server;
    const file = await client.add('resumed', ['json-to-txt'], 'no JSON');
    await client.settle(file);
    const { status, body } = await v1.post<{ run: { state: string } }>(`/v1/runs/${file.processId}/resume`);
    expect([status, body.run.state]).toEqual([200, 'pending']);
    const again = (await v1.run(file.processId, '?wait=60')).body;
    // the attempts are counted from 1 again
    expect(again).toMatchObject({ state: 'failed', tasks: [{ state: 'failed', attempt: 1 }] });

    const done = await client.complete('resumed not', ['parser'], 'One. Two.');
    expect((await v1.post(`/v1/runs/${done.processId}/resume`)).status).toBe(409);
  });

  it('is refused for a cancelled hosted run', async () => {
    const { client, v1 } = server;
    const { body: reserved } = await client.process('resumed cancelled', ['parser']);
    await v1.cancel(reserved.request_id);
    const { status, body } = await v1.post<{ error: { code: string } }>(`/v1/runs/${reserved.request_id}/resume`);
    expect([status, body.error.code]).toEqual([409, 'conflict']);
  });
});

describe('statistics', () => {
  it('count the runs in a time range by state, by pipeline and over time', async () => {
    const other = new V1Client(server.url, server.otherKey);
    server.clock.advance(40 * 24 * 3600);
    const at = (seconds: number) => new Date(server.clock.now().getTime() + seconds * 1000).toISOString();
    for (const [n, seconds] of [10, 20, 30].entries()) {
      const run = new ReportedRunDriver(other);
      await run.sendNumbered([
        { ...run.next(created({ of: n === 2 ? 'rare' : 'usual', kind: 'flow' })), at: at(-1800) },
        { ...run.next({ type: 'run-state', state: 'running' }), at: at(-1800) },
        { ...run.next({ type: 'run-state', state: 'completed' }), at: at(-1800 + seconds) },
      ]);
    }
    const stats = async (range: string) => (await other.get<RunStats>(`/v1/stats?range=${range}`)).body;
    const noDurations = { p50: null, p95: null };
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
    expect(before).toEqual({ runs: expect.objectContaining({ completed: 0 }) as object, durations: noDurations });
    expect(webhooks).toEqual({ pending: 0, failed: 0 });
    expect(disk.freeBytes).toBeGreaterThan(0);
    expect(disk.totalBytes).toBeGreaterThanOrEqual(disk.freeBytes);
    server.clock.advance(3600);
    const next = await stats('1h');
    expect([next.runs.completed, next.before.runs.completed, next.before.durations]).toEqual([0, 3, durations]);
    const later = new ReportedRunDriver(other);
    await later.sendNumbered([{ ...later.next(created({ of: 'usual', kind: 'flow' })), at: at(0) }]);
    expect((await stats('1h')).byOf).toMatchObject([
      { of: 'usual', durations: noDurations, before: { p50: 15_000, p95: 19_500 } },
    ]);
    expect((await stats('7d')).runs.completed).toBe(3);
    expect((await other.get('/v1/stats?range=1y')).status).toBe(400);
    expect((await server.v1.get<RunStats>('/v1/stats?range=30d')).body.runs.completed).toBe(0);
  });
});

describe('retention', () => {
  it('deletes runs 30 days after their end, and workers without runs', async () => {
    const { id } = await registerWorker({ name: 'old' });
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
