import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobFiles } from '../support/blob-files.js';
import { formParts, multipart, openPost } from '../support/clients/multipart.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

const metadata = { file_name: 'held.txt' };
const text = 'It came after all. Better late than never.';

describe('a reservation without an upload', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  it('is deleted with its run after 60 seconds, and frees its path', async () => {
    const { client, clock, v1 } = server;
    const { body } = await client.process('abandoned', ['parser'], metadata);
    clock.advance(59);
    expect((await client.processStatus('abandoned', body.request_id)).status).toBe(200);
    expect((await client.process('abandoned', ['parser'], metadata)).status).toBe(400);
    clock.advance(1);
    await expect.poll(async () => (await client.processStatus('abandoned', body.request_id)).status).toBe(400);
    expect((await v1.run(body.request_id)).status).toBe(404);
    expect((await client.update('abandoned', body.file_id, {})).status).toBe(400);
    expect((await client.process('abandoned', ['keyword-db'], metadata)).status).toBe(200);
  });

  it('rejects an upload after its deletion, and stores nothing of it', async () => {
    const { client, clock, dataDir } = server;
    const { body } = await client.process('too late', ['parser'], metadata);
    clock.advance(60);
    await expect.poll(async () => (await client.processStatus('too late', body.request_id)).status).toBe(400);
    expect((await client.upload(body.presigned_post_url_results, text)).status).toBeGreaterThanOrEqual(400);
    expect(await blobFiles(dataDir)).toEqual([]);
  });

  it('can be cancelled like any run, and then rejects an upload', async () => {
    const { client, v1 } = server;
    const { body } = await client.process('called off', ['parser'], metadata);
    expect((await v1.cancel(body.request_id)).body.state).toBe('cancelled');
    expect((await client.upload(body.presigned_post_url_results, text)).status).toBeGreaterThanOrEqual(400);
  });
});

describe('a reservation', () => {
  let server: TestServer;
  // without sweeps, only the upload reads the clock
  beforeAll(async () => {
    server = await startTestServer({ reservationSeconds: 0.3, sweepSeconds: 3600 });
  });
  afterAll(() => server.close());

  it('is replaced by the next one after its expiry', async () => {
    const { client, clock } = server;
    await client.process('short', ['parser'], metadata);
    expect((await client.process('short', ['parser'], metadata)).status).toBe(400);
    clock.advance(0.3);
    expect((await client.process('short', ['parser'], metadata)).status).toBe(200);
  });

  it('does not expire during its upload', async () => {
    const { client, clock } = server;
    const { body: reserved } = await client.process('slow', ['parser'], metadata);
    const form = reserved.presigned_post_url_results;
    const body = multipart(formParts(form, text));
    const { post, response } = openPost(form.url, body.length);
    post.write(body.subarray(0, -60));
    for (let step = 0; step < 8; step += 1) {
      await clock.nextReading();
      await clock.nextReading();
      clock.advance(0.2);
    }
    post.end(body.subarray(-60));
    expect((await response).status).toBe(204);
    expect((await client.settle({ pipeline: 'slow', processId: reserved.request_id })).failure_status).toBeNull();
  });
});
