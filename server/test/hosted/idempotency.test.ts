import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostedClient } from '../support/clients/hosted-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ secondAccount: true });
});
afterAll(() => server.close());

const newKey = () => ({ 'Idempotency-Key': randomUUID() });
const idsOf = ({ body }: { body: { file_id: string; request_id: string } }) => [body.file_id, body.request_id];

describe('an Idempotency-Key', () => {
  it('returns the same reservation to the same request', async () => {
    const key = newKey();
    const metadata = { file_name: 'once.txt' };
    const first = await server.client.process('idempotent', ['parser'], metadata, key);
    const second = await server.client.process('idempotent', ['parser'], metadata, key);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(idsOf(second)).toEqual(idsOf(first));
  });

  it('returns the same reservation if the server chooses the file name', async () => {
    const key = newKey();
    const first = await server.client.process('idempotent names', ['parser'], { file_name: null }, key);
    const second = await server.client.process('idempotent names', ['parser'], { file_name: null }, key);
    expect(second.status).toBe(200);
    expect(idsOf(second)).toEqual(idsOf(first));
  });

  it('returns the same reservation after the upload, and ignores a second upload', async () => {
    const { client } = server;
    const key = newKey();
    const metadata = { file_name: 'once.txt' };
    const first = await client.process('idempotent later', ['parser'], metadata, key);
    await client.upload(first.body.presigned_post_url_results, 'The first content.');
    await client.settle({ pipeline: 'idempotent later', processId: first.body.request_id });
    const second = await client.process('idempotent later', ['parser'], metadata, key);
    expect(idsOf(second)).toEqual(idsOf(first));
    expect((await client.upload(second.body.presigned_post_url_results, 'Another content.')).status).toBe(204);
    const output = await client.download({ pipeline: 'idempotent later', fileId: first.body.file_id });
    expect(output.toString()).toContain('The first content.');
  });

  it('returns the same reservation to the same request with a webhook', async () => {
    const key = newKey();
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const webhook = { url: 'http://127.0.0.1:9/hook', secret, events: ['run.completed'] };
    const metadata = { file_name: 'told.txt', webhook } as object;
    const first = await server.client.process('idempotent told', ['parser'], metadata, key);
    const second = await server.client.process('idempotent told', ['parser'], metadata, key);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(idsOf(second)).toEqual(idsOf(first));
    const elsewhere = { ...metadata, webhook: { ...webhook, url: 'http://127.0.0.1:9/other' } } as object;
    expect((await server.client.process('idempotent told', ['parser'], elsewhere, key)).status).toBe(400);
  });

  it('starts a new run after a failed one if Millrace-Replace-Failed is true', async () => {
    const { client } = server;
    const key = newKey();
    const pipeline = 'idempotent again';
    const metadata = { file_name: 'again.json' };
    const replaceFailed = { ...key, 'Millrace-Replace-Failed': 'true' };
    const first = await client.process(pipeline, ['json-to-txt'], metadata, replaceFailed);
    expect(idsOf(await client.process(pipeline, ['json-to-txt'], metadata, replaceFailed))).toEqual(idsOf(first));
    await client.upload(first.body.presigned_post_url_results, '[{');
    await client.settle({ pipeline, processId: first.body.request_id });
    expect(idsOf(await client.process(pipeline, ['json-to-txt'], metadata, key))).toEqual(idsOf(first));
    const second = await client.process(pipeline, ['json-to-txt'], metadata, replaceFailed);
    expect(second.status).toBe(200);
    for (const id of idsOf(second)) expect(idsOf(first)).not.toContain(id);
    // a retry finds the run that the previous attempt started
    expect(idsOf(await client.process(pipeline, ['json-to-txt'], metadata, key))).toEqual(idsOf(second));
  });

  it('is rejected for another request', async () => {
    const key = newKey();
    await server.client.process('idempotent refused', ['parser'], { file_name: 'a.txt' }, key);
    const other = await server.client.process('idempotent refused', ['parser'], { file_name: 'b.txt' }, key);
    expect(other.status).toBe(400);
    expect(other.body).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('Idempotency-Key') as string,
    });
  });

  it('is rejected for another pipeline', async () => {
    const key = newKey();
    const metadata = { file_name: 'a.txt' };
    const responses = await Promise.all(
      ['idempotent one', 'idempotent two'].map((name) => server.client.process(name, ['parser'], metadata, key)),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect(responses.find(({ status }) => status === 400)?.body).toMatchObject({ code: 'conflict' });
  });

  it('returns one reservation to concurrent requests', async () => {
    const key = newKey();
    const metadata = { file_name: 'together.txt' };
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => server.client.process('idempotent together', ['parser'], metadata, key)),
    );
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
    expect(new Set(responses.flatMap(idsOf)).size).toBe(2);
  });

  it('can be used again after a rejected request', async () => {
    const key = newKey();
    expect((await server.client.process('idempotent anew', ['shredder'], {}, key)).status).toBe(400);
    expect((await server.client.process('idempotent anew', ['parser'], {}, key)).status).toBe(200);
  });

  it('is separate for each account', async () => {
    const key = newKey();
    const metadata = { file_name: 'mine.txt' };
    const ownReservation = await server.client.process('idempotent mine', ['parser'], metadata, key);
    const other = new HostedClient(server.url, server.otherKey);
    const otherReservation = await other.process('idempotent mine', ['parser'], metadata, key);
    expect(otherReservation.status).toBe(200);
    expect(otherReservation.body.file_id).not.toBe(ownReservation.body.file_id);
  });
});
