import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AddedFile } from '../support/clients/hosted-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let file: AddedFile;
let other: AddedFile;
beforeAll(async () => {
  server = await startTestServer({ presignSeconds: 300, reservationSeconds: 1000 });
  const forever = { expire_time: 1_000_000 };
  file = await server.client.complete('signed', ['parser'], 'Read me. Read me twice.', forever);
  other = await server.client.complete('signed', ['parser'], 'This is the other one.', forever);
});
afterAll(() => server.close());

async function urlOf({ pipeline, fileId }: AddedFile): Promise<URL> {
  const { body } = await server.client.fetchOutput(pipeline, fileId);
  return new URL(body.process_output?.[0]?.url ?? '');
}

describe('a download URL', () => {
  it('returns the output without a key, with its length and digest', async () => {
    const response = await fetch(await urlOf(file));
    const content = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(JSON.parse(content.toString())).toHaveLength(2);
    expect(response.headers.get('content-length')).toBe(String(content.length));
    const digest = createHash('sha256').update(content).digest('base64');
    expect(response.headers.get('repr-digest')).toBe(`sha-256=:${digest}:`);
    expect(response.headers.get('content-disposition')).toContain(`${file.fileId}.json`);
    expect(response.headers.get('millrace-api')).toBe('1');
  });

  it('returns the rest from an offset if the content is unchanged', async () => {
    const url = await urlOf(file);
    const whole = await fetch(url);
    const content = await whole.text();
    const etag = whole.headers.get('etag')!;
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    const fetchWith = (headers: Record<string, string>) => fetch(url, { headers });
    const rest = await fetchWith({ range: 'bytes=5-', 'if-range': etag });
    expect([rest.status, await rest.text()]).toEqual([206, content.slice(5)]);
    expect(rest.headers.get('content-range')).toBe(`bytes 5-${content.length - 1}/${content.length}`);
    expect(rest.headers.get('content-length')).toBe(String(content.length - 5));
    for (const headers of [{ range: 'bytes=5-', 'if-range': '"other"' }, { range: 'bytes=1-2' }, { range: 'x' }]) {
      const response = await fetchWith(headers);
      expect([response.status, await response.text()]).toEqual([200, content]);
    }
    const beyond = await fetchWith({ range: `bytes=${content.length}-` });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${content.length}`]);
  });

  it('can be used several times', async () => {
    const url = await urlOf(file);
    const responses = await Promise.all(Array.from({ length: 4 }, () => fetch(url)));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it.each<[string, (url: URL) => void]>([
    ['no signature', (url) => url.searchParams.delete('signature')],
    ['no policy', (url) => url.searchParams.delete('policy')],
    ['an empty signature', (url) => url.searchParams.set('signature', '')],
    ['a signature of zeros', (url) => url.searchParams.set('signature', '0'.repeat(64))],
    ['a signature of other letters', (url) => url.searchParams.set('signature', 'ß'.repeat(64))],
    ['a policy that is not base64', (url) => url.searchParams.set('policy', '%%%')],
    [
      'a later expiry',
      (url) => {
        const policy = JSON.parse(Buffer.from(url.searchParams.get('policy')!, 'base64url').toString()) as object;
        const longer = JSON.stringify({ ...policy, expires: 9_999_999_999_999 });
        url.searchParams.set('policy', Buffer.from(longer).toString('base64url'));
      },
    ],
    ['another file', (url) => (url.pathname = url.pathname.replace(file.fileId, other.fileId))],
    ['no id', (url) => (url.pathname = '/_download/x')],
  ])('with %s is rejected with 403', async (_, change) => {
    const url = await urlOf(file);
    change(url);
    const response = await fetch(url);
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('Read me');
  });

  it('cannot be made from an upload form', async () => {
    const { client, url } = server;
    const { body } = await client.process('signed', ['parser']);
    const { key, ...signed } = body.presigned_post_url_results.fields;
    await client.upload(body.presigned_post_url_results, 'Uploaded text.');
    await client.settle({ pipeline: 'signed', processId: body.request_id });
    const response = await fetch(`${url}/_download/${key}?${new URLSearchParams(signed).toString()}`);
    expect(response.status).toBe(403);
  });

  it('cannot be used as an upload form', async () => {
    const { body } = await server.client.process('signed', ['parser']);
    const { searchParams } = await urlOf(file);
    const fields = { key: body.file_id, ...Object.fromEntries(searchParams) };
    const { url } = body.presigned_post_url_results;
    expect((await server.client.upload({ url, fields }, 'Text.')).status).toBe(403);
  });

  it('expires, and fetch-output then returns a new one', async () => {
    const url = await urlOf(file);
    server.clock.advance(299);
    expect((await fetch(url)).status).toBe(200);
    server.clock.advance(1);
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(await urlOf(file))).status).toBe(200);
  });

  it('expires like the form of an upload', async () => {
    const { client, clock } = server;
    const forms = await Promise.all([client.process('signed', ['parser']), client.process('signed', ['parser'])]);
    const [first, second] = forms.map(({ body }) => body.presigned_post_url_results);
    clock.advance(299);
    expect((await client.upload(first!, 'In time.')).status).toBe(204);
    clock.advance(1);
    expect((await client.upload(second!, 'Too late.')).status).toBe(403);
  });

  it('of a deleted file returns 404', async () => {
    const gone = await server.client.complete('signed', ['parser'], 'Soon gone.');
    const url = await urlOf(gone);
    await server.client.delete('signed', gone.fileId);
    expect((await fetch(url)).status).toBe(404);
  });
});
