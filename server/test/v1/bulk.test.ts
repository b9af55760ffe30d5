import { randomUUID } from 'node:crypto';
import type { RunEvent } from 'millrace/shared/runs/run-event.js';
import type { BulkJobStatus, BulkPreview } from 'millrace/shared/types/bulk.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completed, taskCreated } from '../support/clients/events.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client, type V1ErrorBody } from '../support/clients/v1-client.js';
import { start, WorkerDriver } from '../support/worker-driver.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ keyOfEachRole: true });
});
afterAll(() => server.close());

const unique = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;
const preview = async (body: object, v1 = server.v1) =>
  (await v1.post<BulkPreview>('/v1/runs/bulk', { ...body, dryRun: true })).body;

async function startJob(body: object, v1 = server.v1): Promise<BulkJobStatus> {
  const { status, body: job, text } = await v1.post<BulkJobStatus>('/v1/runs/bulk', body);
  expect(status, text).toBe(201);
  return job;
}

async function waitUntilEnded(id: string, v1 = server.v1): Promise<BulkJobStatus> {
  for (let done = 0; ;) {
    const { body } = await v1.get<BulkJobStatus>(`/v1/bulk/${id}?wait=60&done=${done}`);
    if (body.state !== 'running') return body;
    // a response before the end reports progress
    expect(body.done).toBeGreaterThan(done);
    done = body.done;
  }
}

/** Starts runs of one pipeline: the first ones fail, and the others stay pending. */
async function startRuns(v1: V1Client, of: string, failed: number, waiting: number): Promise<string[]> {
  const { body } = await v1.post<{ items: { requestId: string }[] }>('/v1/runs', {
    runs: Array.from({ length: failed + waiting }, (_, input) => ({ of, input })),
  });
  const worker = await WorkerDriver.register(server.v1, of);
  for (const { run } of failed === 0 ? [] : await worker.claim(failed)) {
    const error = { code: 'broken', message: 'the mill is closed' };
    await worker.report(run.requestId, { type: 'run-resumed' }, { type: 'run-state', state: 'failed', error });
  }
  return body.items.map(({ requestId }) => requestId);
}

describe('a bulk job', () => {
  it('does what its preview says, and gives the reasons for refused runs', async () => {
    const of = unique('mill');
    await startRuns(server.v1, of, 12, 3);
    const expected = {
      matched: 15,
      more: false,
      eligible: 12,
      refused: [{ reason: 'it has not ended yet', count: 3 }],
    };
    expect(await preview({ action: 'rerun', filter: { of } })).toEqual(expected);
    const { id } = await startJob({ action: 'rerun', filter: { of } });
    const job = await waitUntilEnded(id);
    expect(job).toMatchObject({ state: 'completed', matched: 15, done: 15, succeeded: 12, refused: expected.refused });
    const { items } = (await server.v1.runs(`?of=${of}&limit=100`)).body;
    // each failed run has one rerun
    expect(new Set(items.flatMap(({ rerunOf }) => rerunOf ?? [])).size).toBe(12);
    expect(items).toHaveLength(27);
    const { items: audited } = (
      await server.v1.get<{ items: { key: { name: string } }[] }>('/v1/audit?action=run.rerun')
    ).body;
    expect(audited).toHaveLength(12);
    expect(audited.every(({ key }) => key.name.startsWith('server-'))).toBe(true);
  });

  it('reruns from a step, and refuses runs without that step', async () => {
    const of = unique('mill');
    const ids = await startRuns(server.v1, of, 0, 3);
    const worker = await WorkerDriver.register(server.v1, of);
    const begun = (key: string) =>
      ({ type: 'task-state', key, state: 'running', attempt: 1, digest: key }) satisfies Partial<RunEvent>;
    for (const { run } of await worker.claim(3)) {
      // the oldest one failed in its first step
      const steps = run.requestId === ids[0] ? ['clean'] : ['clean', 'sum'];
      await worker.report(
        run.requestId,
        { type: 'run-resumed' },
        ...steps.map((name, index) => taskCreated(`${name}-0`, index)),
        begun('clean-0'),
        ...(steps.length > 1 ? [completed('clean-0', 'cleaned'), begun('sum-0')] : []),
        { type: 'run-state', state: 'failed', error: { code: 'broken', message: 'the mill is closed' } },
      );
    }
    const body = { action: 'rerun', filter: { of }, from: 'sum' };
    const refused = [{ reason: 'it has no module, step or task "sum"', count: 1 }];
    expect(await preview(body)).toMatchObject({ matched: 3, eligible: 2, refused });
    expect(await waitUntilEnded((await startJob(body)).id)).toMatchObject({ done: 3, succeeded: 2, refused });
    const { items } = (await server.v1.runs(`?of=${of}&state=pending`)).body;
    expect(items.map(({ rerunOf }) => rerunOf).sort()).toEqual(ids.slice(1).sort());
    for (const { taskCounts } of items) expect(taskCounts).toMatchObject({ completed: 1, failed: 0 });
  });

  it('resumes, cancels and deletes runs by state or id, and refuses unknown ids', async () => {
    const of = unique('mill');
    const [first, ...others] = await startRuns(server.v1, of, 1, 2);
    const resumed = await waitUntilEnded(
      (await startJob({ action: 'resume', filter: { of, state: ['failed', 'crashed'] } })).id,
    );
    expect(resumed).toMatchObject({ matched: 1, succeeded: 1 });
    expect((await server.v1.run(first!)).body).toMatchObject({ state: 'pending', rerunOf: null });
    const cancelled = await waitUntilEnded((await startJob({ action: 'cancel', ids: [...others, randomUUID()] })).id);
    expect(cancelled).toMatchObject({ succeeded: 2, refused: [{ reason: 'there is no such run', count: 1 }] });
    const deleted = await waitUntilEnded((await startJob({ action: 'delete', filter: { of, state: 'cancelled' } })).id);
    expect(deleted).toMatchObject({ matched: 2, succeeded: 2 });
    expect((await server.v1.runs(`?of=${of}`)).body.items.map(({ requestId }) => requestId)).toEqual([first]);
  });

  it.each([
    [{ action: 'delete' }, /would select every run/],
    [{ action: 'delete', filter: {} }, /would select every run/],
    [{ action: 'delete', filter: { root: 'false', q: ' ' } }, /would select every run/],
    [{ action: 'delete', filter: { stat: 'failed' } }, /stat/],
    [{ action: 'delete', filter: { state: 'lost' } }, /state/],
    [{ action: 'delete', filter: { state: 'failed' }, ids: [randomUUID()] }, /either `ids` or `filter`/],
    [{ action: 'mend', ids: [randomUUID()] }, /action/],
    [{ action: 'resume', ids: [randomUUID()], from: 'sum' }, /from/],
    [{ action: 'delete', ids: [] }, /ids/],
  ])('is rejected with %o', async (body, message) => {
    const { status, body: refused } = await server.v1.post<V1ErrorBody>('/v1/runs/bulk', body);
    expect([status, refused.error.message]).toEqual([400, expect.stringMatching(message)]);
  });

  it('stops on request and when its key is revoked', async () => {
    const of = unique('mill');
    await startRuns(server.v1, of, 0, 400);
    const { id } = await startJob({ action: 'cancel', filter: { of } });
    const { body: stopped } = await server.v1.call<BulkJobStatus>('DELETE', `/v1/bulk/${id}`);
    expect(stopped.state).toBe('stopped');
    const { done } = await waitUntilEnded(id);
    expect(done).toBeLessThan(400);
    const { body: key } = await server.v1.post<{ key: string; id: string }>('/v1/keys', {
      name: 'brief',
      role: 'operator',
    });
    const { id: second } = await startJob({ action: 'cancel', filter: { of } }, new V1Client(server.url, key.key));
    await server.v1.call('DELETE', `/v1/keys/${key.id}`);
    expect(await waitUntilEnded(second)).toMatchObject({ state: 'stopped' });
    expect((await server.v1.runs(`?of=${of}&state=pending`)).body.items).not.toEqual([]);
  });

  it('lets a key with the role runner change only its own runs and delete none', async () => {
    const runner = new V1Client(server.url, server.roleKeys.runner);
    const of = unique('mill');
    await start(server.v1, of);
    const { requestId: ownRun } = await start(runner, of);
    expect(await preview({ action: 'cancel', filter: { of } }, runner)).toMatchObject({
      matched: 2,
      eligible: 1,
      refused: [{ reason: 'another key started it', count: 1 }],
    });
    const { id } = await startJob({ action: 'cancel', filter: { of } }, runner);
    expect(await waitUntilEnded(id, runner)).toMatchObject({ succeeded: 1 });
    expect((await server.v1.run(ownRun)).body.state).toBe('cancelled');
    const { id: others } = await startJob({ action: 'cancel', filter: { of } });
    expect((await runner.get(`/v1/bulk/${others}`)).status).toBe(404);
    expect((await runner.post('/v1/runs/bulk', { action: 'delete', ids: [ownRun] })).status).toBe(403);
  });
});

it('a bulk job continues after a restart without rerunning a run twice', async () => {
  const database: TestDatabase = await createTestDatabase({ isPrepared: true });
  try {
    let current = await startTestServer({ database });
    const of = 'mill';
    const { body } = await current.v1.post<{ items: { requestId: string }[] }>('/v1/runs', {
      runs: Array.from({ length: 150 }, () => ({ of })),
    });
    const ids = body.items.map(({ requestId }) => requestId);
    const cancel = await startJob({ action: 'cancel', ids }, current.v1);
    expect(await waitUntilEnded(cancel.id, current.v1)).toMatchObject({ succeeded: 150 });
    const { id } = await startJob({ action: 'rerun', ids }, current.v1);
    await current.close();
    current = await startTestServer({ database });
    expect(await waitUntilEnded(id, current.v1)).toMatchObject({ state: 'completed', done: 150, succeeded: 150 });
    const reruns = (await current.v1.runs(`?of=${of}&state=pending&limit=1000`)).body.items;
    expect(new Set(reruns.map(({ rerunOf }) => rerunOf)).size).toBe(150);
    expect(reruns).toHaveLength(150);
    await current.close();
  } finally {
    await database.cleanup();
  }
});
