import { randomUUID } from 'node:crypto';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobFiles } from '../support/blob-files.js';
import { completed, running, taskCreated } from '../support/clients/events.js';
import { wholeSweep } from '../support/whole-sweep.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import type { V1ErrorBody } from '../support/clients/v1-client.js';
import { start, WorkerDriver } from '../support/worker-driver.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ maxOpenRuns: 20 });
});
afterAll(() => server.close());

const rerun = (id: string, body: object = {}) => {
  server.clock.advance(1);
  return server.v1.post<RunStatus>(`/v1/runs/${id}/rerun`, body);
};
const refusal = async (id: string, body: object = {}) => {
  const { status, body: refused } = await server.v1.post<V1ErrorBody>(`/v1/runs/${id}/rerun`, body);
  return { status, ...refused.error };
};
const waitForEnd = async (id: string) => (await server.v1.run(id, '?wait=60')).body;

describe('a hosted run', () => {
  const chain = ['parser', 'json-to-txt', 'keyword-db'];
  const completeWithInputKept = (pipeline: string, times = 1) =>
    server.client.complete(pipeline, chain, 'The mill grinds. The miller sleeps. '.repeat(times), { keep_input: true });

  it('is rerun from any module if its input was kept, and the new output replaces the first', async () => {
    const first = await completeWithInputKept('rerun-kept');
    const before = await server.client.download(first);
    const from = await rerun(first.processId, { from: 'keyword-db' });
    expect(from.body).toMatchObject({ rerunOf: first.processId, fileId: first.fileId, kind: 'hosted' });
    const second = await waitForEnd(from.body.requestId);
    expect(second).toMatchObject({
      state: 'completed',
      tasks: [
        { state: 'completed', attempt: 1 },
        { state: 'completed', attempt: 1 },
        { state: 'completed', attempt: 1 },
      ],
    });
    // the first module has not run again
    expect(second.tasks[0]?.startedAt).toBe((await waitForEnd(first.processId)).tasks[0]?.startedAt);
    const third = await waitForEnd((await rerun(first.processId)).body.requestId);
    expect(third.state).toBe('completed');

    expect(await server.client.download(first)).toEqual(before);
    const { body: listed } = await server.client.list('rerun-kept');
    expect(listed.items).toMatchObject([{ file_id: first.fileId }]);
    expect((await server.v1.get<{ requestId: string }>(`/v1/files/${first.fileId}`)).body.requestId).toBe(
      third.requestId,
    );
    const { body: found } = await server.client.keywordSearch('rerun-kept', 'miller');
    expect(found.items).toHaveLength(1);
    // deleting an earlier run keeps the file, but deleting the run that made its output deletes the file too
    expect((await server.v1.delete(first.processId)).status).toBe(204);
    expect(await server.client.download(first)).toEqual(before);
    expect((await server.v1.delete(third.requestId)).status).toBe(204);
    expect((await server.v1.run(second.requestId)).status).toBe(404);
  });

  it.each([
    ['in the database', 1],
    ['in files', 20_000],
  ])('keeps the outputs that a rerun reused, for the next rerun: outputs %s', async (where, times) => {
    let { processId: runId } = await completeWithInputKept(`rerun-reuse-${times}`, times);
    for (let count = 0; count < 2; count++) {
      const { requestId } = (await rerun(runId, { from: 'keyword-db' })).body;
      expect((await waitForEnd(requestId)).state, where).toBe('completed');
      await wholeSweep(server.clock);
      runId = requestId;
    }
  });

  it('cannot be rerun without its input, and the error says why', async () => {
    const done = await server.client.complete('rerun-gone', chain, 'The mill stands still.');
    expect(await refusal(done.processId)).toMatchObject({
      status: 409,
      code: 'conflict',
      message: expect.stringMatching(/input was deleted .* with `keepInput`/) as string,
    });
    expect(await refusal(done.processId, { from: 'keyword-db' })).toMatchObject({ status: 409, code: 'conflict' });
    expect(await refusal(done.processId, { from: 'ocr' })).toMatchObject({
      status: 400,
      message: expect.stringContaining('module_1 (parser), module_2 (json-to-txt), module_3 (keyword-db)') as string,
    });
    expect(await refusal(done.processId, { input: 1 })).toMatchObject({ status: 400, code: 'validation' });
  });

  it('is rerun from the failed module, and can still be resumed afterwards', async () => {
    const failed = await server.client.add('rerun-failed', ['json-to-txt'], 'no JSON');
    expect((await waitForEnd(failed.processId)).state).toBe('failed');
    const again = await waitForEnd((await rerun(failed.processId)).body.requestId);
    expect(again).toMatchObject({ state: 'failed', rerunOf: failed.processId });
    // the first run can still be resumed
    expect((await server.v1.post(`/v1/runs/${failed.processId}/resume`)).status).toBe(200);
    expect((await waitForEnd(failed.processId)).tasks).toMatchObject([{ state: 'failed', attempt: 1 }]);
  });

  it('leaves nothing on disk after its file is deleted', async () => {
    // blobs of other tests may still be deleted in the background
    const others = new Set(await blobFiles(server.dataDir));
    const listNewBlobs = async () => (await blobFiles(server.dataDir)).filter((name) => !others.has(name));
    // a small file would not be on disk
    const file = await completeWithInputKept('rerun-disk', 1000);
    await waitForEnd((await rerun(file.processId)).body.requestId);
    expect((await listNewBlobs()).length).toBeGreaterThan(0);
    await server.client.delete('rerun-disk', file.fileId);
    await expect.poll(listNewBlobs).toEqual([]);
  });
});

describe('a run that a worker executes', () => {
  it('is rerun from a step with the outputs recorded before it, by any version, or with another input', async () => {
    const of = `rerun-${randomUUID().slice(0, 8)}`;
    const run = await start(server.v1, of, { kind: 'flow', input: ['a', 1] });
    const worker = await WorkerDriver.register(server.v1, { name: of, kind: 'flow', version: 'v1' });
    await worker.claimOne();
    const call = (key: string) => ({ ...running(key), digest: `of ${key}` });
    await worker.report(run.requestId, { type: 'run-resumed' }, { type: 'run-state', state: 'running' });
    await worker.report(run.requestId, taskCreated('load-0', 0), call('load-0'), completed('load-0', 'loaded'));
    await worker.report(run.requestId, taskCreated('clean-0', 1), call('clean-0'), completed('clean-0', 'cleaned'));
    await worker.report(run.requestId, taskCreated('save-0', 2), call('save-0'));
    expect(await refusal(run.requestId)).toMatchObject({
      status: 409,
      message: expect.stringContaining('not ended') as string,
    });
    await worker.report(run.requestId, { type: 'run-state', state: 'completed', result: 3 });

    const { body: next } = await rerun(run.requestId, { from: 'clean' });
    expect(next).toMatchObject({
      rerunOf: run.requestId,
      state: 'pending',
      of,
      input: ['a', 1],
      version: null,
      attempt: 0,
    });
    const newer = await WorkerDriver.register(server.v1, { name: of, kind: 'flow', version: 'v2' });
    const claimed = await newer.claimOne();
    expect(claimed.run).toMatchObject({
      requestId: next.requestId,
      version: 'v2',
      tasks: [{ key: 'load-0', state: 'completed' }],
    });
    expect(claimed.outputs).toEqual({ 'load-0': 'loaded' });
    expect(claimed.calls).toMatchObject({ 'load-0': { digest: 'of load-0' } });
    await newer.complete(next.requestId);

    const { body: other } = await rerun(run.requestId, { input: ['b', 2] });
    expect(other).toMatchObject({ rerunOf: run.requestId, input: ['b', 2], tasks: [] });
    const listed = (await server.v1.runs(`?of=${of}`)).body.items;
    expect(listed.map(({ rerunOf }) => rerunOf)).toEqual([run.requestId, run.requestId, null]);
    await server.v1.cancel(other.requestId);
  });

  it.each([
    ['with a mark', { '[not json]': 'Map of 3' }, 409],
    ['with a nested mark', ['a', { rows: [{ '[not json]': 'Map of 3' }] }], 409],
    ['with an escaped mark', [{ '[[not json]]': 'Map of 3' }], 201],
    ['with other fields beside the mark', [{ '[not json]': 'Map of 3', size: 3 }], 201],
    ['with no text in the mark', [{ '[not json]': { a: 1 } }], 201],
  ])('can be rerun only if its input can be restored: an input %s', async (_what, input, expected) => {
    const { requestId } = await start(server.v1, `rerun-${randomUUID().slice(0, 8)}`, { input });
    await server.v1.cancel(requestId);
    const { status, body } = await rerun(requestId);
    expect(status).toBe(expected);
    if (status === 201) await server.v1.cancel(body.requestId);
    else
      expect(await refusal(requestId)).toMatchObject({ message: expect.stringContaining('pass an `input`') as string });
  });

  it('is refused a rerun beyond the limit of unfinished runs', async () => {
    const of = `rerun-${randomUUID().slice(0, 8)}`;
    const { requestId } = await start(server.v1, of);
    await server.v1.cancel(requestId);
    const codes = await Promise.all(Array.from({ length: 25 }, async () => (await rerun(requestId)).status));
    expect(codes.filter((status) => status === 201)).toHaveLength(20);
    expect(await refusal(requestId)).toMatchObject({ status: 429, code: 'too_many_runs' });
  });
});
