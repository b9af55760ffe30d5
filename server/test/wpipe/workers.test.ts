import { randomUUID } from 'node:crypto';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../src/index.js';
import { TestClock } from '../support/test-clock.js';
import { createTestDatabase } from '../support/database/test-database.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { runIdOf, threeTasks, WpipeClient } from '../support/clients/wpipe-client.js';
import { V1Client } from '../support/clients/v1-client.js';
import { wholeSweep } from '../support/whole-sweep.js';

let server: TestServer;
let client: WpipeClient;
beforeAll(async () => {
  server = await startTestServer({ maxOpenRuns: 50 });
  client = new WpipeClient(server.url, server.apiKey);
});
afterAll(() => server.close());

const readRun = async (processId: string): Promise<RunStatus> => (await server.v1.run(runIdOf(processId))).body;
const waitUntilCrashed = (processId: string) =>
  expect.poll(async () => (await readRun(processId)).state).toBe('crashed');

/** Advances the clock without any report, in steps too short for the server to assume that it was suspended. */
function fallSilent(seconds: number): Promise<void> {
  return passTime(seconds, () => Promise.resolve());
}

async function passTime(seconds: number, afterEachStep: () => Promise<unknown>): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 15) {
    server.clock.advance(15);
    await wholeSweep(server.clock);
    await afterEachStep();
  }
}

describe('a worker', () => {
  it('is listed at /v1/workers', async () => {
    const id = await client.register('listed', threeTasks, 'v9');
    const { items } = (await server.v1.get<{ items: WorkerRecord[] }>('/v1/workers')).body;
    expect(items.find((worker) => worker.name === 'listed')).toMatchObject({
      id: id.replace(/^worker_/, ''),
      version: 'v9',
      pipelines: [{ name: 'listed', steps: threeTasks }],
      status: 'online',
    });
  });

  it('is online after any report, even without a heartbeat', async () => {
    const id = await client.register('talking', threeTasks);
    const status = async () =>
      (await client.get<{ id: string; status: string }[]>('/dashboard_workers')).find((worker) => worker.id === id)
        ?.status;
    const { father, sons } = await client.newProcess(id);
    server.clock.advance(40);
    expect(await status()).toBe('ofline');
    await client.update(sons[0]!.id, 'start');
    expect(await status()).toBe('online');
    server.clock.advance(40);
    await client.end(father);
    expect(await status()).toBe('online');
  });

  it('is reused by a new registration only if it is silent and has no unfinished run', async () => {
    const first = await client.register('twin', threeTasks);
    const second = await client.register('twin', threeTasks);
    expect(second).not.toBe(first);
    server.clock.advance(31);
    await client.send('/healthchecker', { id: first });
    const third = await client.register('twin', threeTasks);
    // the second is silent and has no run
    expect(third).toBe(second);
    const { father } = await client.newProcess(first);
    server.clock.advance(31);
    // the first is silent, but has a run that may continue
    expect(await client.register('twin', threeTasks)).toBe(second);
    await client.end(father);
  });

  it('is not shared by versions or lists of steps', async () => {
    const ids = [
      await client.register('other', threeTasks),
      await client.register('other', threeTasks, 'v2'),
      await client.register('other', threeTasks.slice(1)),
    ];
    expect(new Set(ids).size).toBe(3);
    server.clock.advance(31);
    expect(await client.register('other', threeTasks, 'v2')).toBe(ids[1]);
  });

  it('that was registered at /v1 with several pipelines cannot start a process', async () => {
    const pipelines = ['a', 'b'].map((name) => ({ name, steps: [{ name: 's', version: null }] }));
    const { body } = await server.v1.post<WorkerRecord>('/v1/workers', { name: 'ours', version: '1', pipelines });
    expect((await client.call('POST', '/newprocess', { id: `worker_${body.id}` })).status).toBe(404);
  });
});

describe('the run of a silent worker', () => {
  it('crashes with its running step', async () => {
    const worker = await client.register('killed', threeTasks);
    const { father, sons } = await client.newProcess(worker);
    await client.update(sons[0]!.id, 'success');
    await client.update(sons[1]!.id, 'start');
    await fallSilent(90);
    await waitUntilCrashed(father);
    expect((await readRun(father)).tasks.map(({ state }) => state)).toEqual(['completed', 'crashed', 'skipped']);
    expect(await client.get(`/dashboard_process/${worker}`)).toMatchObject([{ status: 'crashed' }]);
    expect(await client.get(`/dashboard_tasks/${father}`)).toMatchObject([
      { state: 'success' },
      { state: 'crashed' },
      { state: 'pending' },
    ]);
  });

  it('does not crash if the worker still sends heartbeats', async () => {
    const worker = await client.register('beating', threeTasks);
    const { father, sons } = await client.newProcess(worker);
    await client.update(sons[0]!.id, 'start');
    await passTime(150, () => client.send('/healthchecker', { id: worker }));
    expect(await readRun(father)).toMatchObject({ state: 'running', tasks: [{ state: 'running' }, {}, {}] });
    await client.end(father);
  });

  it('continues after a crash when its program reports again', async () => {
    const { father, sons } = await client.newProcess(await client.register('slow', threeTasks));
    await client.update(sons[0]!.id, 'error', 'tried');
    await client.update(sons[1]!.id, 'start');
    const before = await readRun(father);
    await fallSilent(90);
    await waitUntilCrashed(father);
    await client.update(sons[1]!.id, 'success');
    const after = await readRun(father);
    expect(after).toMatchObject({ state: 'running', error: null, finishedAt: null, startedAt: before.startedAt });
    expect(after.tasks[0]).toEqual(before.tasks[0]);
    expect(after.tasks[1]).toMatchObject({ state: 'completed', startedAt: before.tasks[1]!.startedAt, error: null });
    expect(after.tasks[1]!.durationMs).toBeGreaterThanOrEqual(90_000);
    expect(after.tasks[2]).toEqual(before.tasks[2]);
    await client.end(father);
    expect(await readRun(father)).toMatchObject({ state: 'completed', tasks: [{}, {}, { state: 'skipped' }] });
  });

  it('can still be ended after a crash', async () => {
    const { father } = await client.newProcess(await client.register('back', threeTasks));
    await fallSilent(90);
    await waitUntilCrashed(father);
    expect(await client.end(father)).toEqual({ status: true });
    expect(await readRun(father)).toMatchObject({ state: 'completed', progress: { percent: 100 } });
  });
});

describe('a program that is not the client', () => {
  it("cannot report events of the client's run", async () => {
    const { father } = await client.newProcess(await client.register('own', threeTasks));
    const run = runIdOf(father);
    const at = server.clock.now().toISOString();
    const reports = [{ type: 'run-state', state: 'failed', run, sequence: 99, at }];
    for (const reporter of [randomUUID(), null]) await server.v1.post('/v1/events', { reporter, reports });
    expect(await readRun(father)).toMatchObject({ state: 'running' });
    await client.end(father);
  });
});

describe('an account with too many unfinished runs', () => {
  it('gets a 429 for another process', async () => {
    const worker = await client.register('greedy', []);
    let last = 200;
    for (let count = 0; count <= 50 && last === 200; count++) {
      last = (await client.call('POST', '/newprocess', { id: worker })).status;
    }
    expect(last).toBe(429);
  });
});

describe('an account with too many workers', () => {
  it('gets a 429 for another worker in both protocols, but can register its own workers again', async () => {
    const few = await startTestServer({ maxWorkers: 2 });
    onTestFinished(() => few.close());
    const identity = { name: 'known', version: 'v1', pipelines: [] };
    const known = await few.v1.post<WorkerRecord>('/v1/workers', identity);
    await new WpipeClient(few.url, few.apiKey).register('one', []);
    const more = { name: 'more', version: 'v1' };
    const response = await new WpipeClient(few.url, few.apiKey).call('POST', '/matricula', { ...more, tasks: [] });
    expect(response.status).toBe(429);
    expect((await few.v1.post('/v1/workers', { ...more, pipelines: [] })).status).toBe(429);
    expect((await few.v1.post<WorkerRecord>('/v1/workers', identity)).body.id).toBe(known.body.id);
  });
});

describe('a restarted server', () => {
  it('still has its workers, runs and tasks', async () => {
    const database = await createTestDatabase();
    onTestFinished(() => database.cleanup());
    const start = () =>
      startServer({ ...database.options, port: 0, worker: false, logLevel: 'error', clock: new TestClock() });
    const first = await start();
    const before = new WpipeClient(first.url, first.apiKey);
    const worker = await before.register('restarted', threeTasks);
    const { father, sons } = await before.newProcess(worker);
    await before.update(sons[0]!.id, 'start');
    await first.close();
    const second = await start();
    onTestFinished(() => second.close());
    const after = new WpipeClient(second.url, first.apiKey);
    expect(await after.update(sons[0]!.id, 'success')).toEqual({ status: 'ok' });
    expect(await after.send('/healthchecker', { id: worker })).toEqual({ health: 1 });
    for (const { id } of sons.slice(1)) {
      await after.update(id, 'start');
      await after.update(id, 'success');
    }
    expect(await after.end(father)).toEqual({ status: true });
    const { body } = await new V1Client(second.url, first.apiKey).run(runIdOf(father));
    expect(body).toMatchObject({ state: 'completed', progress: { current: 3, total: 3, percent: 100 } });
  });
});
