import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxSmallBlobBytes } from '../../src/blobs/small-blob-contents.js';
import { blobFiles } from '../support/blob-files.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import type { V1ErrorBody } from '../support/clients/v1-client.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ parked: ['sentiment', 'summarize', 'vector-db'] });
});
afterAll(() => server.close());

const text = 'The letter was sent. It was called back.';

describe('cancelling a run', () => {
  it('ends it immediately while it waits for a worker', async () => {
    const { client, clock, v1 } = server;
    const file = await client.add('waiting', ['summarize'], text);
    const { status, body } = await v1.cancel(file.processId);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      requestId: file.processId,
      state: 'cancelled',
      overallStatus: 'failed',
      finishedAt: clock.now().toISOString(),
      error: { code: 'cancelled' },
    });
    expect(body.taskCounts).toMatchObject({ pending: 0, cancelled: 1 });
  });

  it('between two modules keeps the completed module and skips the rest', async () => {
    const { client, v1 } = server;
    const file = await client.add('between', ['parser', 'sentiment', 'json-to-txt'], text);
    await expect.poll(async () => (await v1.run(file.processId)).body.progress.current).toBe(1);
    const { body } = await v1.cancel(file.processId);
    const { tasks } = (await v1.run(file.processId)).body;
    expect(tasks.map((task) => task.state)).toEqual(['completed', 'cancelled', 'skipped']);
    expect(body.progress.percent).toBe(33);
  });

  it('after its embedder deletes the vectors and the texts that were kept for search', async () => {
    const { client, v1, dataDir } = server;
    const before = await blobFiles(dataDir);
    // blobs of other runs may be deleted at any moment
    const listNewBlobs = async () => (await blobFiles(dataDir)).filter((blob) => !before.includes(blob));
    // the vectors of a few sentences would not be on disk
    const long = `${text} `.repeat(20);
    const file = await client.add('vectors', ['parser', 'text-embedder', 'vector-db'], long, { modules: {} });
    await expect.poll(async () => (await v1.run(file.processId)).body.progress.current).toBe(2);
    expect((await listNewBlobs()).length).toBeGreaterThanOrEqual(2);
    expect((await v1.cancel(file.processId)).status).toBe(200);
    await expect.poll(listNewBlobs).toEqual([]);
  });

  it('is shown by process-status as a failure of the current module', async () => {
    const { client, v1 } = server;
    const file = await client.add('shown', ['parser', 'sentiment'], text);
    await expect.poll(async () => (await v1.run(file.processId)).body.progress.current).toBe(1);
    await v1.cancel(file.processId);
    const { status, body } = await client.processStatus('shown', file.processId);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      process_status: null,
      failure_status: { process_id: file.processId, failure_module: 'sentiment' },
    });
    expect(body.failure_status?.message).toContain('cancelled');
  });

  it('a second time changes nothing', async () => {
    const { client, v1 } = server;
    const file = await client.add('twice', ['summarize'], text);
    const first = await v1.cancel(file.processId);
    const second = await v1.cancel(file.processId);
    expect([second.status, second.body]).toEqual([200, first.body]);
  });

  it('is a conflict once the run has ended', async () => {
    const { client, v1 } = server;
    const completed = await client.complete('over', ['parser'], text);
    const failed = await client.add('over failed', ['json-to-txt'], 'no JSON');
    await client.settle(failed);
    for (const { processId } of [completed, failed]) {
      const { status, body } = await v1.call<V1ErrorBody>('POST', `/v1/runs/${processId}/cancel`);
      expect([status, body.error.code]).toEqual([409, 'conflict']);
    }
    expect((await client.list('over')).body.items).toHaveLength(1);
  });

  it('frees the path, the pipeline name and the disk space', async () => {
    const { client, v1, dataDir } = server;
    const before = await blobFiles(dataDir);
    const options = { file_name: 'letter.txt' };
    // a small input would not be on disk
    const file = await client.add('freed', ['summarize'], text.padEnd(maxSmallBlobBytes + 1), options);
    const input = (await blobFiles(dataDir)).filter((blob) => !before.includes(blob));
    expect(input).toHaveLength(1);
    await v1.cancel(file.processId);
    await expect.poll(() => blobFiles(dataDir)).not.toContain(input[0]);
    expect((await client.process('freed', ['parser'], options)).status).toBe(200);
  });

  it('succeeds for many concurrent requests', async () => {
    const file = await server.client.add('stampede', ['summarize'], text);
    const responses = await Promise.all(Array.from({ length: 6 }, () => server.v1.cancel(file.processId)));
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
    expect(new Set(responses.map(({ headers }) => headers.get('millrace-api')))).toEqual(new Set(['1']));
  });
});
