import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobFiles } from '../support/blob-files.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

/** What `GET /v1/runs/:id` returns in addition to the record if the output is requested. */
interface WithOutput {
  readonly output?: { extension: string; sha256: string; content: string };
}

const text = 'The barge was late. Nobody minded, for the lock keeper had made soup.\n';
const base64 = (content: string): string => Buffer.from(content).toString('base64');

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ inlineBytes: 1000, maxFileBytes: 5000 });
});
afterAll(() => server.close());

/** Processes a file whose content is in the request. */
const sendInline = (pipeline: string, content: string, options: object = {}, headers?: Record<string, string>) =>
  server.client.process(pipeline, ['parser'], { file_name: 'barge.txt', ...options, content }, headers);

/** Lists the blobs that are not in `before`. Blobs in `before` may have been swept. */
const listNewBlobs = async (before: readonly string[]) =>
  (await blobFiles(server.dataDir)).filter((name) => !before.includes(name));

describe('a file whose content is in the request', () => {
  it('needs no upload, and its run begins immediately', async () => {
    const { status, body } = await sendInline('inline', base64(text));
    expect([status, body.presigned_post_url_results]).toEqual([200, null]);
    const run = { pipeline: 'inline', processId: body.request_id };
    expect((await server.client.settle(run)).failure_status).toBeNull();
    const output = await server.client.download({ pipeline: 'inline', fileId: body.file_id });
    expect(output.toString()).toContain('The barge was late.');
  });

  it('is processed once per Idempotency-Key, even if it was first reserved for an upload', async () => {
    const key = { 'Idempotency-Key': randomUUID() };
    const options = { file_name: 'once.txt' };
    const first = await sendInline('inline', base64(text), options, key);
    await server.client.settle({ pipeline: 'inline', processId: first.body.request_id });
    const blobs = await blobFiles(server.dataDir);
    const second = await sendInline('inline', base64(text), options, key);
    expect(second.body).toMatchObject({ request_id: first.body.request_id, file_id: first.body.file_id });
    expect(await listNewBlobs(blobs)).toEqual([]);

    const other = { 'Idempotency-Key': randomUUID() };
    const reserved = await server.client.process('inline', ['parser'], { file_name: 'twice.txt' }, other);
    const sent = await sendInline('inline', base64(text), { file_name: 'twice.txt' }, other);
    expect(sent.body.request_id).toBe(reserved.body.request_id);
    const settled = await server.client.settle({ pipeline: 'inline', processId: sent.body.request_id });
    expect(settled.failure_status).toBeNull();
  });

  it('of another length is rejected with the same key', async () => {
    const key = { 'Idempotency-Key': randomUUID() };
    const options = { file_name: 'other.txt' };
    const first = await sendInline('inline', base64(text), options, key);
    // wait, so that the run writes no blobs during the next tests
    await server.client.settle({ pipeline: 'inline', processId: first.body.request_id });
    const { status, body } = await sendInline('inline', base64(`${text}More.`), options, key);
    expect([status, body.message]).toEqual([400, expect.stringContaining('used for a different file')]);
  });

  it.each([
    ['empty', '', 'Expected the file to have content, got an empty file'],
    [
      'larger than the server announces',
      base64('x'.repeat(1001)),
      'at most 1000 bytes of content in the request, got 1001',
    ],
    ['not base64', '*** not base64 ***', 'content'],
  ])('that is %s is rejected, and nothing of it is stored', async (_case, content, message) => {
    const blobs = await blobFiles(server.dataDir);
    const { status, body } = await sendInline('inline refused', content);
    expect([status, body.message]).toEqual([400, expect.stringContaining(message)]);
    expect(await listNewBlobs(blobs)).toEqual([]);
    expect((await server.client.list('inline refused')).body.items).toEqual([]);
  });

  it('is rejected if its path is taken, and nothing of it is stored', async () => {
    const first = await sendInline('inline taken', base64(text));
    await server.client.settle({ pipeline: 'inline taken', processId: first.body.request_id });
    const blobs = await blobFiles(server.dataDir);
    const { status, body } = await sendInline('inline taken', base64(text));
    expect([status, body.message]).toEqual([400, expect.stringContaining('already exists')]);
    expect(await listNewBlobs(blobs)).toEqual([]);
  });

  it('may have the announced size, which never exceeds the maximum size of a file', async () => {
    const { body } = await server.v1.get<{ limits: { inlineBytes: number } }>('/v1');
    expect(body.limits.inlineBytes).toBe(1000);
    const small = await startTestServer({ inlineBytes: 100_000, maxFileBytes: 300 });
    try {
      const announced = await small.v1.get<{ limits: { inlineBytes: number } }>('/v1');
      expect(announced.body.limits.inlineBytes).toBe(300);
    } finally {
      await small.close();
    }
  });
});

describe('an output with the record of its run', () => {
  const readRun = async (id: string, query: string) => (await server.v1.run(id, query)).body as WithOutput;

  it('is included on request if it is small enough, with its extension and digest', async () => {
    const { body } = await sendInline('inline output', base64(text));
    const { output } = await readRun(body.request_id, '?wait=30&output=1000');
    const content = Buffer.from(output?.content ?? '', 'base64');
    expect(JSON.parse(content.toString())).toEqual(
      expect.arrayContaining([expect.objectContaining({ snippet: 'The barge was late.' })]),
    );
    const sha256 = createHash('sha256').update(content).digest('base64');
    expect(output).toMatchObject({ extension: '.json', sha256 });

    expect(await readRun(body.request_id, '')).not.toHaveProperty('output');
    expect(await readRun(body.request_id, `?output=${content.length - 1}`)).not.toHaveProperty('output');
    expect(await readRun(body.request_id, `?output=${content.length}`)).toHaveProperty('output');
  });

  it('is not included if it is larger than the server announces', async () => {
    const { body } = await sendInline('inline output', base64('A word. '.repeat(120)), { file_name: 'long.txt' });
    expect(await readRun(body.request_id, '?wait=30&output=1000000')).not.toHaveProperty('output');
  });

  it('is not included if the run has not completed', async () => {
    const { body } = await server.client.process('inline output', ['parser'], { file_name: 'reserved.txt' });
    expect(await readRun(body.request_id, '?output=1000')).not.toHaveProperty('output');
  });
});
