import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { maxSmallBlobBytes } from '../../src/blobs/small-blob-contents.js';
import { blobFiles } from '../support/blob-files.js';
import type { AddedFile } from '../support/clients/hosted-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import type { V1ErrorBody } from '../support/clients/v1-client.js';

let server: TestServer;
afterAll(() => server.close());

const text = 'Milk turns. Bread does too.';
/** A text whose outputs are stored on disk, because they are not small. */
const long = `${text}\n`.repeat(1500);

describe('before a sweep', () => {
  // without sweeps, expired files must be invisible by themselves
  beforeAll(async () => {
    server = await startTestServer({ sweepSeconds: 3600, parked: ['summarize'] });
  });

  it('an expired file is found nowhere, exactly from its expiry on', async () => {
    const { client, clock, v1 } = server;
    const options = { expire_time: 100, file_name: 'milk.txt' };
    const file = await client.complete('milk', ['keyword-db'], text, options);
    const url = (await client.fetchOutput('milk', file.fileId)).body.process_output![0]!.url;
    clock.advance(99);
    expect((await client.list('milk')).body.items).toHaveLength(1);
    expect((await fetch(url)).status).toBe(200);
    expect((await v1.run(file.processId)).status).toBe(200);
    clock.advance(1);
    expect((await client.list('milk', { file_ids: [file.fileId] })).body).toMatchObject({
      items: [],
      message: 'No items found for input query arguments',
      warnings: [{ 'WARNING: the following file_ids were not found': [file.fileId] }],
    });
    expect((await client.showTree('milk')).body.items).toEqual([]);
    expect((await client.keywordSearch('milk', 'bread')).body.items).toEqual([]);
    expect((await client.fetchOutput('milk', file.fileId)).status).toBe(400);
    expect((await client.update('milk', file.fileId, { expire_time: 1800 })).status).toBe(400);
    expect((await client.delete('milk', file.fileId)).status).toBe(400);
    expect((await client.processStatus('milk', file.processId)).status).toBe(400);
    expect((await fetch(url)).status).toBe(404);
    expect((await v1.run(file.processId)).status).toBe(404);
    expect((await v1.run(file.processId, '?wait=5')).status).toBe(404);
    expect((await v1.cancel(file.processId)).status).toBe(404);
    expect((await v1.delete(file.processId)).status).toBe(404);
    expect((await v1.openEvents(file.processId)).status).toBe(404);
    expect((await v1.runs('?of=milk')).body.items).toEqual([]);
  });

  it('the path and the pipeline name of an expired file are free', async () => {
    const { client, clock } = server;
    const options = { expire_time: 100, file_name: 'bread.txt' };
    await client.complete('bread', ['keyword-db'], text, options);
    clock.advance(100);
    const again = await client.complete('bread', ['keyword-db'], text, options);
    expect((await client.list('bread')).body.items.map((item) => item.file_id)).toEqual([again.fileId]);
    clock.advance(100);
    expect((await client.process('bread', ['parser'], options)).status).toBe(200);
  });

  it('the path of an expired file is free for a file that is resumed, rerun or moved', async () => {
    const { client, clock, v1 } = server;
    const options = { file_name: 'crust.json', expire_time: 1000, keep_input: true };
    const failed = await client.add('crust', ['json-to-txt'], 'no JSON', options);
    await client.settle(failed);
    const moved = await client.complete('crust', ['json-to-txt'], '[{"snippet": "a"}]', { file_name: 'crumb.json' });
    const addExpiredFile = async () => {
      await client.complete('crust', ['json-to-txt'], '[{"snippet": "b"}]', { ...options, expire_time: 100 });
      clock.advance(100);
    };
    await addExpiredFile();
    expect((await v1.post(`/v1/runs/${failed.processId}/resume`)).status).toBe(200);
    await client.settle(failed);
    await addExpiredFile();
    const { status, body } = await v1.post<{ requestId: string }>(`/v1/runs/${failed.processId}/rerun`, {});
    expect(status).toBe(201);
    await client.settle({ pipeline: 'crust', processId: body.requestId });
    await addExpiredFile();
    expect((await client.update('crust', moved.fileId, { file_name: 'crust.json' })).status).toBe(200);
    // a file that has not expired still occupies the path
    const refused = await v1.post<V1ErrorBody>(`/v1/runs/${failed.processId}/resume`);
    expect([refused.status, refused.body.error.message]).toEqual([
      409,
      expect.stringContaining('another file has its path') as string,
    ]);
  });

  it('only one of several files that are resumed at once gets the path', async () => {
    const { client, v1 } = server;
    const addCancelledFile = async () => {
      const file = await client.add('rind', ['summarize'], text, { file_name: 'rind.txt', keep_input: true });
      expect((await v1.cancel(file.processId)).status).toBe(200);
      return file.processId;
    };
    const runs = [await addCancelledFile(), await addCancelledFile(), await addCancelledFile()];
    const statuses = await Promise.all(runs.map(async (id) => (await v1.post(`/v1/runs/${id}/resume`)).status));
    expect(statuses.sort()).toEqual([200, 409, 409]);
  });

  it('an expired reservation rejects its upload', async () => {
    const { client, clock } = server;
    const { body } = await client.process('butter', ['parser'], { expire_time: 10 });
    clock.advance(10);
    const { status, text: response } = await client.upload(body.presigned_post_url_results, text);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(response).toContain('expired');
  });

  it('a file in process expires, too', async () => {
    const { client, clock } = server;
    const file = await client.add('cheese', ['summarize'], text, { expire_time: 10, file_name: 'cheese.txt' });
    clock.advance(10);
    expect((await client.processStatus('cheese', file.processId)).status).toBe(400);
    expect((await client.process('cheese', ['parser'], { file_name: 'cheese.txt' })).status).toBe(200);
  });

  it('a file expires later if its expiry was updated', async () => {
    const { client, clock } = server;
    const file = await client.complete('honey', ['parser'], text, { expire_time: 100 });
    clock.advance(50);
    await client.update('honey', file.fileId, { expire_time: 1000 });
    clock.advance(999);
    expect((await client.list('honey')).body.items).toHaveLength(1);
    clock.advance(1);
    expect((await client.list('honey')).body.items).toEqual([]);
  });

  it('the expiry counts from the call of process, not from the upload', async () => {
    const { client, clock } = server;
    const { body } = await client.process('salt', ['parser'], { expire_time: 100 });
    clock.advance(40);
    await client.upload(body.presigned_post_url_results, text);
    await client.settle({ pipeline: 'salt', processId: body.request_id });
    clock.advance(60);
    expect((await client.list('salt')).body.items).toEqual([]);
  });
});

describe('after a sweep', () => {
  let kept: AddedFile;
  let keptBlobs: string[];
  beforeAll(async () => {
    await server.close();
    server = await startTestServer({ parked: ['summarize'] });
    kept = await server.client.complete('kept', ['parser'], long, { expire_time: 10_000 });
    // its input is deleted by the next sweep
    await vi.waitFor(
      async () => {
        keptBlobs = await blobFiles(server.dataDir);
        expect(keptBlobs).toHaveLength(1);
      },
      { timeout: 120_000 },
    );
  });

  const expectOnlyKept = () => expect.poll(() => blobFiles(server.dataDir)).toEqual(keptBlobs);

  it('nothing of an expired file is left on disk, and other files are complete', async () => {
    const { client, clock, dataDir } = server;
    await client.complete('swept', ['keyword-db'], long, { expire_time: 100 });
    await client.add('swept parked', ['summarize'], long, { expire_time: 100 });
    expect((await blobFiles(dataDir)).length).toBeGreaterThan(1);
    clock.advance(100);
    await expectOnlyKept();
    expect((await client.download(kept)).length).toBeGreaterThan(0);
  });

  it('clients that wait for an expired run or follow its events are notified', async () => {
    const { client, clock, v1 } = server;
    const file = await client.add('followed', ['summarize'], text, { expire_time: 100 });
    const waiting = v1.run(file.processId, '?wait=50');
    const events = v1.events(file.processId);
    expect((await events.next()).value).toMatchObject({ event: 'status' });
    clock.advance(100);
    expect((await waiting).status).toBe(404);
    expect((await events.next()).value).toMatchObject({ event: 'gone' });
    expect((await events.next()).done).toBe(true);
    await expectOnlyKept();
  });

  it('only the output of a finished run is left', async () => {
    const { client, dataDir } = server;
    const file = await client.complete('inputs', ['parser', 'json-to-txt', 'keyword-db'], long);
    await expect.poll(() => blobFiles(dataDir)).toHaveLength(2);
    await client.delete('inputs', file.fileId);
    await expectOnlyKept();
  });

  it('the input of a failed module is left until the run expires', async () => {
    const { client, clock, dataDir } = server;
    // a small input would not be on disk
    const input = 'no JSON'.padEnd(maxSmallBlobBytes + 1);
    const file = await client.add('failed inputs', ['json-to-txt'], input, { expire_time: 100 });
    await client.settle(file);
    await expect.poll(() => blobFiles(dataDir)).toHaveLength(keptBlobs.length + 1);
    clock.advance(100);
    await expectOnlyKept();
  });
});
