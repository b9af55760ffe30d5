import type { BatchDetails, BatchStatus } from 'millrace/shared/runs/batch-status.js';
import type { RunSummary, TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { StoredLogLine } from 'millrace/shared/runs/run-event.js';
import type { CreatedApiKey } from 'millrace/shared/types/api-key.js';
import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../src/index.js';
import { onPostgres } from '../support/database/backend.js';
import { send, signIn } from '../support/clients/browser.js';
import { completed, logged, ReportedRunDriver, running, taskCreated } from '../support/clients/events.js';
import { LiveClient } from '../support/clients/live-client.js';
import { recordStatements } from '../support/database/record-statements.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client, type V1ErrorBody } from '../support/clients/v1-client.js';
import { start, WorkerDriver } from '../support/worker-driver.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ secondAccount: true, parked: ['summarize'] });
});
afterAll(() => server.close());

const end = { type: 'run-state', state: 'completed', result: null } as const;
const begin = async (given: Parameters<ReportedRunDriver['begin']>[0] = {}, v1 = server.v1) => {
  const run = new ReportedRunDriver(v1);
  await run.begin(given);
  return run;
};
const createKey = async (name: string, more: object = {}) =>
  (await server.v1.post<CreatedApiKey>('/v1/keys', { name, role: 'reader', ...more })).body.key;

describe('the stream', () => {
  it('sends each run as lists show it when the run changes, and an event when it is deleted', async () => {
    const live = await LiveClient.open(server.v1);
    const run = await begin({ kind: 'flow', of: 'nightly', input: 'a secret input' });
    await live.waitForRun(run.id, 'running');
    await run.send(end);
    const last = await live.waitForRun(run.id, 'completed');
    const { items } = (await server.v1.runs('?of=nightly')).body;
    expect(last).toEqual(items[0]);
    const file = await server.client.complete('notes', ['keyword-db'], 'Water turns the wheel.');
    await live.waitForRun(file.processId, 'completed');
    await server.client.delete('notes', file.fileId);
    await server.v1.delete(run.id);
    for (const requestId of [file.processId, run.id]) {
      await live.waitFor<{ requestId: string }>('run-deleted', (data) => data.requestId === requestId);
    }
  });

  it('skips intermediate states of a run that changes quickly', async () => {
    const live = await LiveClient.open(server.v1);
    const run = await begin();
    for (let current = 1; current <= 30; current++) {
      await run.send({ type: 'progress', key: null, attempt: 1, progress: { current, total: 30, percent: current } });
    }
    await run.send(end);
    await live.waitForRun(run.id, 'completed');
    expect(live.runs.filter((id) => id === run.id).length).toBeLessThan(30);
  });

  it('sends the number of unfinished runs by state, and each worker', async () => {
    const live = await LiveClient.open(server.v1);
    const run = await begin();
    const now = (await server.v1.runs('?state=running')).body.items.length;
    type Stats = { runs: Record<string, number>; late: number };
    const stats = await live.waitFor<Stats>('stats', ({ runs }) => runs['running'] === now);
    expect(stats).toEqual({
      runs: { pending: 0, running: now, retrying: 0, completed: 0, failed: 0, cancelled: 0, crashed: 0 },
      late: 0,
    });
    const body = { name: 'mill', version: '1', pipelines: [] };
    const { body: worker } = await server.v1.post<WorkerRecord>('/v1/workers', body);
    const worked = await begin({ worker: worker.id });
    await live.waitFor<WorkerRecord>('worker', ({ id, runs }) => id === worker.id && runs.open === 1);
    for (const each of [run, worked]) await each.send(end);
    await live.waitFor<WorkerRecord>('worker', ({ id, runs }) => id === worker.id && runs.completed === 1);
  });

  it('sends each batch as lists show it, from its creation to its end, unless the key may not see it', async () => {
    const limited = new V1Client(server.url, await createKey('other-pipelines', { pipelines: ['other'] }));
    const [live, hidden] = [await LiveClient.open(server.v1), await LiveClient.open(limited)];
    const given = { pipeline: 'letters', chain: ['keyword-db'] };
    const { batchId } = (await server.v1.post<BatchDetails>('/v1/batches', given)).body;
    const batch = (holds: (batch: BatchStatus) => boolean) =>
      live.waitFor<BatchStatus>('batch', (data) => data.batchId === batchId && holds(data));
    await batch(({ counts }) => counts.total === 0);
    const form = new FormData();
    form.append('file', new Blob(['Water turns the wheel.']), 'a.txt');
    await fetch(`${server.url}/v1/batches/${batchId}/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.apiKey}` },
      body: form,
    });
    await batch(({ counts }) => counts.completed === 1);
    await server.v1.post(`/v1/batches/${batchId}/close`, {});
    const last = await batch(({ state }) => state === 'completed');
    const { items } = (await server.v1.get<{ items: BatchStatus[] }>('/v1/batches')).body;
    expect(items).toContainEqual(last);
    const run = await begin({ of: 'other' });
    await hidden.waitForRun(run.id, 'running');
    expect(hidden.events.map(({ event }) => event)).not.toContain('batch');
  });

  it('sends the changed tasks and the new log lines of the requested run only', async () => {
    const [open, other] = [await begin(), await begin()];
    await open.send(taskCreated('clean-0', 0), taskCreated('sum-1', 1), running('clean-0'), logged('before'));
    const live = await LiveClient.open(server.v1, `?run=${open.id}`);
    await open.send(completed('clean-0', 1), logged('after', 'clean-0'));
    await other.send(taskCreated('other-0', 0), logged('other'));
    const { tasks } = await live.waitFor<{ tasks: TaskStatus[] }>('task');
    expect(tasks.map(({ key, state }) => [key, state])).toEqual([['clean-0', 'completed']]);
    const { requestId, lines } = await live.waitFor<{ requestId: string; lines: StoredLogLine[] }>('log');
    expect([requestId, lines.map(({ line, message, task }) => [line, message, task])]).toEqual([
      open.id,
      [[2, 'after', 'clean-0']],
    ]);
    await live.waitForRun(other.id);
    await other.send(end);
    await live.waitForRun(other.id, 'completed');
    const texts = live.events
      .filter(({ event }) => ['task', 'log'].includes(event))
      .map(({ data }) => JSON.stringify(data));
    expect(texts.join()).not.toContain('other');
    const missing = await server.v1.get<V1ErrorBody>('/v1/stream?run=339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10');
    expect([missing.status, missing.body.error.code]).toEqual([404, 'not_found']);
  });

  it('sends a run when it becomes late, although nothing else changes', async () => {
    const live = await LiveClient.open(server.v1);
    const { requestId } = await start(server.v1, 'nobody-serves-this');
    expect(await live.waitForRun(requestId, 'pending')).toMatchObject({ late: false });
    server.clock.advance(20);
    const late = await live.waitFor<RunSummary>('run', (run) => run.requestId === requestId && run.late);
    expect(late.waitsFor).toContain('no worker serves');
    await live.waitFor<{ late: number }>('stats', (stats) => stats.late === 1);
    const worker = await WorkerDriver.register(server.v1, 'nobody-serves-this');
    await worker.claimOne();
    await worker.release(requestId);
    // a released run begins to wait again; the second run tells the next counts from earlier ones
    const { requestId: second } = await start(server.v1, 'nobody-serves-this');
    type Stats = { runs: Record<string, number>; late: number };
    expect(await live.waitFor<Stats>('stats', ({ runs }) => runs['pending'] === 2)).toMatchObject({ late: 0 });
    for (const id of [requestId, second]) await server.v1.delete(id);
  });
});

describe('a client that reconnects', () => {
  it('receives everything that happened meanwhile', async () => {
    const run = await begin();
    const first = await LiveClient.open(server.v1, `?run=${run.id}`);
    await run.send(logged('one'));
    await first.waitFor('log');
    await first.close();
    const meanwhile = await begin();
    await run.send(taskCreated('clean-0', 0), logged('two'), end);
    const reconnected = await LiveClient.open(server.v1, `?run=${run.id}`, { 'last-event-id': first.lastEventId });
    await reconnected.waitForRun(run.id, 'completed');
    await reconnected.waitForRun(meanwhile.id, 'running');
    const { lines } = await reconnected.waitFor<{ lines: StoredLogLine[] }>('log');
    expect(lines.map(({ message }) => message)).toEqual(['two']);
    await reconnected.waitFor<{ tasks: TaskStatus[] }>('task', ({ tasks }) => tasks[0]?.key === 'clean-0');
    expect(reconnected.events.map(({ event }) => event)).not.toContain('reset');
  });

  it('receives no reset when it follows another run, of which it has missed nothing', async () => {
    const run = await begin();
    const first = await LiveClient.open(server.v1);
    const reconnected = await LiveClient.open(server.v1, `?run=${run.id}`, { 'last-event-id': first.lastEventId });
    await run.send(logged('one'));
    await reconnected.waitFor('log');
    expect(reconnected.events.map(({ event }) => event)).not.toContain('reset');
  });

  it.each(['0a1b2c3d.4', '0a1b2c3d.4.339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10', 'nonsense', '.', '%.-1'])(
    'receives a reset after the Last-Event-ID %j, which this server does not know',
    async (lastEventId) => {
      const live = await LiveClient.open(server.v1, '', { 'last-event-id': lastEventId });
      expect(live.events[0]).toMatchObject({ event: 'reset', data: {} });
      expect(live.lastEventId).toMatch(/^[0-9a-f]{8}\.\d+$/);
    },
  );
});

describe('an API key', () => {
  it('sees nothing of other accounts, and only the pipelines that it is limited to', async () => {
    const limited = new V1Client(server.url, await createKey('limited', { pipelines: ['open'] }));
    const [ours, all, theirs] = [
      await LiveClient.open(limited),
      await LiveClient.open(server.v1),
      await LiveClient.open(new V1Client(server.url, server.otherKey)),
    ];
    const open = await begin({ of: 'open' });
    const child = await begin({ of: 'step', parent: open.id });
    const hidden = await begin({ of: 'hidden' });
    for (const run of [child, hidden]) await all.waitForRun(run.id, 'running');
    await ours.waitForRun(child.id, 'running');
    expect((await limited.openStream(`?run=${hidden.id}`)).status).toBe(404);
    await server.v1.delete(hidden.id);
    await server.v1.delete(open.id);
    for (const client of [all, ours]) {
      for (const { id } of [open, child]) {
        await client.waitFor<{ requestId: string }>('run-deleted', ({ requestId }) => requestId === id);
      }
    }
    await all.waitFor<{ requestId: string }>('run-deleted', ({ requestId }) => requestId === hidden.id);
    expect(JSON.stringify(ours.events)).not.toContain(hidden.id);
    const other = await begin({}, new V1Client(server.url, server.otherKey));
    await theirs.waitForRun(other.id, 'running');
    expect(theirs.events.filter(({ event }) => event.startsWith('run')).map(({ data }) => data)).toEqual(
      theirs.events.flatMap(({ event, data }) =>
        event === 'run' && (data as RunSummary).requestId === other.id ? [data] : [],
      ),
    );
    expect(JSON.stringify([all.events, ours.events])).not.toContain(other.id);
  });

  it("loses its streams when it is revoked, and a browser's stream when the browser signs out", async () => {
    const key = await createKey('revoked-soon');
    const cookie = await signIn(server.url, { key });
    const browser = await LiveClient.open(new V1Client(server.url, ''), '', { cookie, authorization: '' });
    const program = await LiveClient.open(new V1Client(server.url, key));
    await send(server.url, '/v1/session', { method: 'DELETE', headers: { cookie } });
    await browser.ended;
    const secondProgram = await LiveClient.open(new V1Client(server.url, key));
    await server.v1.call('DELETE', '/v1/keys/revoked-soon');
    await Promise.all([program.ended, secondProgram.ended]);
    expect((await new V1Client(server.url, key).openStream()).status).toBe(401);
  });

  it('can have at most 100 streams', async () => {
    const v1 = new V1Client(server.url, await createKey('many-streams'));
    const disconnect = new AbortController();
    const opened = await Promise.all(Array.from({ length: 100 }, () => v1.openStream('', {}, disconnect.signal)));
    expect(new Set(opened.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await v1.get<V1ErrorBody>('/v1/stream');
    expect([refused.status, refused.body.error.code]).toEqual([429, 'too_many_streams']);
    disconnect.abort();
    await expect
      .poll(async () => {
        const again = await v1.openStream();
        await again.body?.cancel();
        return again.status;
      })
      .toBe(200);
  });
});

it('the server reads each change once for all streams that see the same runs', async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => LiveClient.open(server.v1)));
  const run = await begin();
  await Promise.all(clients.map((client) => client.waitForRun(run.id, 'running')));
  const recorder = recordStatements();
  onTestFinished(() => recorder.stop());
  await run.send(end);
  await Promise.all(clients.map((client) => client.waitForRun(run.id, 'completed')));
  recorder.stop();
  const reads = [...recorder.statements.values()].filter(({ sql }) => sql.includes('as task_counts'));
  expect(reads.reduce((sum, { uses }) => sum + uses, 0)).toBeLessThan(4);
});

it.runIf(onPostgres)(
  'a server also streams what happens on another server, and a client that switches servers receives a reset',
  async () => {
    const other = await startServer({
      dataDir: server.dataDir,
      databaseUrl: server.databaseUrl!,
      port: 0,
      worker: false,
      logLevel: 'error',
      clock: server.clock,
    });
    onTestFinished(() => other.close());
    const otherV1 = new V1Client(other.url, server.apiKey);
    const live = await LiveClient.open(otherV1);
    const run = await begin();
    await live.waitForRun(run.id, 'running');
    await server.v1.delete(run.id);
    await live.waitFor<{ requestId: string }>('run-deleted', ({ requestId }) => requestId === run.id);
    const moved = await LiveClient.open(server.v1, '', { 'last-event-id': live.lastEventId });
    expect(moved.events[0]!.event).toBe('reset');
    await other.close();
    await live.ended;
  },
);

it('the server disconnects clients that stop reading, and drops their unread events', async () => {
  const small = await startTestServer({ worker: false, maxEventStreams: 2, stalledStreamSeconds: 0.5 });
  onTestFinished(() => small.close());
  const run = await begin({}, small.v1);
  const open = () => small.v1.openStream(`?run=${run.id}`);
  expect([(await open()).status, (await open()).status, (await open()).status]).toEqual([200, 200, 429]);
  // send a megabyte of tasks at a time, until the buffers of both ends are full
  const keys = Array.from({ length: 99 }, (_, index) => `task-${index}`);
  await run.send(...keys.map((key, index) => taskCreated(key, index)));
  let attempt = 0;
  await expect
    .poll(async () => {
      attempt += 1;
      const error = { code: 'x', message: `${attempt} ${'x'.repeat(9000)}` };
      await run.send(
        ...keys.map((key) => ({ type: 'task-state' as const, key, state: 'failed' as const, attempt, error })),
      );
      return (await open()).status;
    })
    .toBe(200);
});
