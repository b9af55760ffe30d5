import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobFiles } from '../support/blob-files.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ parked: ['summarize'] });
});
afterAll(() => server.close());

const text = 'Copper pipes ran along the wall. One of them dripped.';

describe('delete', () => {
  it('returns its keys in the recorded order', async () => {
    const file = await server.client.complete('delete shape', ['parser'], text);
    const { status, body } = await server.client.delete('delete shape', file.fileId);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['pipeline', 'request_id', 'message', 'warnings']);
    expect(body).toEqual({
      pipeline: 'delete shape',
      request_id: expect.any(String) as string,
      message: `Successfully deleted file_id: ${file.fileId}`,
      warnings: [],
    });
  });

  it('immediately deletes the record, the run, the search data and the output', async () => {
    const { client, v1, dataDir } = server;
    const before = await blobFiles(dataDir);
    // a small output would not be on disk
    const file = await client.complete('delete all', ['keyword-db'], `${text}\n`.repeat(700));
    expect((await blobFiles(dataDir)).length).toBeGreaterThan(before.length);
    const url = (await client.fetchOutput('delete all', file.fileId)).body.process_output![0]!.url;
    await client.delete('delete all', file.fileId);
    expect((await client.list('delete all')).body.items).toEqual([]);
    expect((await client.showTree('delete all')).body.items).toEqual([]);
    expect((await client.keywordSearch('delete all', 'copper')).body.items).toEqual([]);
    expect((await client.fetchOutput('delete all', file.fileId)).status).toBe(400);
    expect((await client.update('delete all', file.fileId, {})).status).toBe(400);
    expect((await client.processStatus('delete all', file.processId)).status).toBe(400);
    expect((await v1.run(file.processId)).status).toBe(404);
    expect((await fetch(url)).status).toBe(404);
    const listNewBlobs = async () => (await blobFiles(dataDir)).filter((blob) => !before.includes(blob));
    await expect.poll(listNewBlobs).toEqual([]);
  });

  it('of a file in process does nothing, and says that it has not finished', async () => {
    const { client } = server;
    const file = await client.add('delete early', ['summarize'], text);
    const { status, body } = await client.delete('delete early', file.fileId);
    expect(status).toBe(200);
    expect(body.message).toContain('The output for associated with your input file_id has not finished processing');
    expect(body.request_id).toEqual(expect.any(String));
    expect((await client.processStatus('delete early', file.processId)).status).toBe(200);
  });

  it('of a reservation frees its path, as clients need after a failed upload', async () => {
    const { client } = server;
    const metadata = { file_name: 'again.txt' };
    const { body } = await client.process('delete reserved', ['parser'], metadata);
    expect((await client.delete('delete reserved', body.file_id)).status).toBe(200);
    expect((await client.process('delete reserved', ['parser'], metadata)).status).toBe(200);
  });

  it('of a failed run returns the request_id, without which clients lose the error', async () => {
    const file = await server.client.add('delete failed', ['json-to-txt'], 'no JSON');
    await server.client.settle(file);
    const { status, body } = await server.client.delete('delete failed', file.fileId);
    expect(status).toBe(200);
    expect(body.request_id).toEqual(expect.any(String));
  });

  it.each([randomUUID(), 'x', '', '*'])('of the unknown id %j is rejected', async (id) => {
    const { status, body } = await server.client.delete('delete unknown', id);
    expect(status).toBe(400);
    expect(body.request_id).toEqual(expect.any(String));
  });

  it('with the name of another pipeline is rejected, and deletes nothing', async () => {
    const file = await server.client.complete('delete owner', ['parser'], text);
    const { status, body } = await server.client.delete('delete thief', file.fileId);
    expect(status).toBe(400);
    expect(body.message).toContain('does not belong to pipeline');
    expect((await server.client.list('delete owner')).body.items).toHaveLength(1);
  });

  it('succeeds once for many concurrent requests', async () => {
    const file = await server.client.complete('delete race', ['parser'], text);
    const responses = await Promise.all(
      Array.from({ length: 6 }, () => server.client.delete('delete race', file.fileId)),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400]);
  });

  it('keeps other files', async () => {
    const { client } = server;
    const [first, second] = await Promise.all([
      client.complete('delete one', ['keyword-db'], text),
      client.complete('delete one', ['keyword-db'], text),
    ]);
    await client.delete('delete one', first.fileId);
    expect((await client.keywordSearch('delete one', 'copper')).body.items.map((item) => item.file_id)).toEqual([
      second.fileId,
    ]);
    expect((await client.download(second)).length).toBeGreaterThan(0);
  });
});
