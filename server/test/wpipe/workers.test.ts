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

const record = async (processId: string): Promise<RunStatus> => (await server.v1.run(runIdOf(processId))).body;
const untilCrashed = (processId: string) => expect.poll(async () => (await record(processId)).state).toBe('crashed');

/** In steps that no watch takes for its own absence. */
function fallSilent(seconds: number): Promise<void> {
  return pass(seconds, () => Promise.resolve());
}

async function pass(seconds: number, each: () => Promise<unknown>): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 15) {
    server.clock.advance(15);
    await wholeSweep(server.clock);
    await each();
  }
}

describe('a worker', () => {
  it('is listed beside those of other programs', async () => {
    const id = await client.register('listed', threeTasks, 'v9');
    const { items } = (await server.v1.get<{ items: WorkerRecord[] }>('/v1/workers')).body;
    expect(items.find((worker) => worker.name === 'listed')).toMatchObject({
      id: id.replace(/^worker_/, ''),
      version: 'v9',
      pipelines: [{ name: 'listed', steps: threeTasks }],
      status: 'online',
    });
  });

  it('is online when it reports, whether it beats or not', async () => {
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

  it('is a new one for each program that registers, as long as the other one may live', async () => {
    const first = await client.register('twin', threeTasks);
    const second = await client.register('twin', threeTasks);
    expect(second).not.toBe(first);
    server.clock.advance(31);
    await client.send('/healthchecker', { id: first });
    const third = await client.register('twin', threeTasks);
    // the second is silent and has nothing to do
    expect(third).toBe(second);
    const { father } = await client.newProcess(first);
    server.clock.advance(31);
    // the first is silent, but has a run that may go on
    expect(await client.register('twin', threeTasks)).toBe(second);
    await client.end(father);
  });

  it('is never that of another version, of other steps or of another account', async () => {
    const ids = [
      await client.register('other', threeTasks),
      await client.register('other', threeTasks, 'v2'),
      await client.register('other', threeTasks.slice(1)),
    ];
    expect(new Set(ids).size).toBe(3);
    server.clock.advance(31);
    expect(await client.register('other', threeTasks, 'v2')).toBe(ids[1]);
  });

  it('of a program that reports by /v1 with several pipelines runs none of them by this protocol', async () => {
    const pipelines = ['a', 'b'].map((name) => ({ name, steps: [{ name: 's', version: null }] }));
    const { body } = await server.v1.post<WorkerRecord>('/v1/workers', { name: 'ours', version: '1', pipelines });
    expect((await client.call('POST', '/newprocess', { id: `worker_${body.id}` })).status).toBe(404);
  });
});

describe('the run of a worker that goes silent', () => {
  it('ends as crashed, with the step that was under way', async () => {
    const worker = await client.register('killed', threeTasks);
    const { father, sons } = await client.newProcess(worker);
    await client.update(sons[0]!.id, 'success');
    await client.update(sons[1]!.id, 'start');
    await fallSilent(90);
    await untilCrashed(father);
    expect((await record(father)).tasks.map(({ state }) => state)).toEqual(['completed', 'crashed', 'skipped']);
    expect(await client.get(`/dashboard_process/${worker}`)).toMatchObject([{ status: 'crashed' }]);
    expect(await client.get(`/dashboard_tasks/${father}`)).toMatchObject([
      { state: 'success' },
      { state: 'crashed' },
      { state: 'pending' },
    ]);
  });

  it('goes on as long as the worker beats', async () => {
    const worker = await client.register('beating', threeTasks);
    const { father, sons } = await client.newProcess(worker);
    await client.update(sons[0]!.id, 'start');
    await pass(150, () => client.send('/healthchecker', { id: worker }));
    expect(await record(father)).toMatchObject({ state: 'running', tasks: [{ state: 'running' }, {}, {}] });
    await client.end(father);
  });

  it('goes on where it was when the program is heard of again: not all of them beat', async () => {
    const { father, sons } = await client.newProcess(await client.register('slow', threeTasks));
    await client.update(sons[0]!.id, 'error', 'tried');
    await client.update(sons[1]!.id, 'start');
    const before = await record(father);
    await fallSilent(90);
    await untilCrashed(father);
    await client.update(sons[1]!.id, 'success');
    const after = await record(father);
    expect(after).toMatchObject({ state: 'running', error: null, finishedAt: null, startedAt: before.startedAt });
    expect(after.tasks[0]).toEqual(before.tasks[0]);
    expect(after.tasks[1]).toMatchObject({ state: 'completed', startedAt: before.tasks[1]!.startedAt, error: null });
    expect(after.tasks[1]!.durationMs).toBeGreaterThanOrEqual(90_000);
    expect(after.tasks[2]).toEqual(before.tasks[2]);
    await client.end(father);
    expect(await record(father)).toMatchObject({ state: 'completed', tasks: [{}, {}, { state: 'skipped' }] });
  });

  it('may come back just to end', async () => {
    const { father } = await client.newProcess(await client.register('back', threeTasks));
    await fallSilent(90);
    await untilCrashed(father);
    expect(await client.end(father)).toEqual({ status: true });
    expect(await record(father)).toMatchObject({ state: 'completed', progress: { percent: 100 } });
  });
});

describe('a program that is not the client', () => {
  it('cannot report for its run', async () => {
    const { father } = await client.newProcess(await client.register('own', threeTasks));
    const run = runIdOf(father);
    const at = server.clock.now().toISOString();
    const reports = [{ type: 'run-state', state: 'failed', run, sequence: 99, at }];
    for (const reporter of [randomUUID(), null]) await server.v1.post('/v1/events', { reporter, reports });
    expect(await record(father)).toMatchObject({ state: 'running' });
    await client.end(father);
  });
});

describe('an account with too many unfinished runs', () => {
  it('gets no more, and its client is told', async () => {
    const worker = await client.register('greedy', []);
    let last = 200;
    for (let count = 0; count <= 50 && last === 200; count++) {
      last = (await client.call('POST', '/newprocess', { id: worker })).status;
    }
    expect(last).toBe(429);
  });
});

describe('an account with too many workers', () => {
  it('gets no more, by either protocol; those that it has may register again', async () => {
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

describe('a server that is restarted', () => {
  it('knows the workers, runs and tasks of before', async () => {
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
