import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.js';

const text = 'The kettle sang while rain kept time on the roof. Nobody hurried.\n';
const half = text.slice(0, 30);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    reservationSeconds: 60,
    resumeSeconds: 600,
    maxFileBytes: 1000,
    maxUnfinishedBytes: 1500,
  });
});
afterAll(() => server.close());

/** Reserves a file. @returns The requests of tus 1.0 for it. */
async function reserve(name: string) {
  const { body } = await server.client.process('tus', ['parser'], { file_name: name });
  const { url, fields } = body.presigned_post_url_results;
  const authority = { 'upload-policy': fields['policy'] ?? '', 'upload-signature': fields['signature'] ?? '' };
  const send = (method: string, headers: Record<string, string> = {}, content?: string) =>
    fetch(`${url}/${fields['key']}`, {
      method,
      headers: { 'tus-resumable': '1.0.0', ...authority, ...headers },
      ...(content !== undefined && { body: content }),
    });
  return {
    runId: body.request_id,
    fileId: fields['key'] ?? '',
    send,
    create: (length = text.length, version = 'a') =>
      send('POST', { 'upload-length': String(length), 'upload-metadata': `version ${version}` }),
    patch: (offset: number, content: string) =>
      send('PATCH', { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }, content),
    offset: async () => (await send('HEAD')).headers.get('upload-offset'),
  };
}

const stateOf = async (run: string) => (await server.v1.run(run)).body.state;

describe('a tus upload', () => {
  it('arrives in pieces, and its run begins after the last one', async () => {
    const upload = await reserve('pieces.txt');
    const created = await upload.create();
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toMatch(/^\/_upload\//);
    expect(await upload.offset()).toBe('0');
    const first = await upload.patch(0, half);
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, '30']);
    expect(first.headers.get('tus-resumable')).toBe('1.0.0');
    expect(await upload.offset()).toBe('30');
    expect((await upload.patch(30, text.slice(30))).status).toBe(204);
    await expect.poll(() => stateOf(upload.runId)).toBe('completed');
    // a client that lost the response repeats its requests
    expect(await upload.offset()).toBe(String(text.length));
    expect((await upload.create()).status).toBe(201);
    expect((await upload.patch(text.length, '')).status).toBe(204);
    expect((await upload.send('DELETE')).status).toBe(409);
  });

  it('expires later than its reservation would', async () => {
    const upload = await reserve('expires.txt');
    await upload.create();
    await upload.patch(0, half);
    server.clock.advance(500);
    expect(await upload.offset()).toBe('30');
    server.clock.advance(601);
    await expect.poll(async () => (await upload.send('HEAD')).status).toBe(404);
    expect((await upload.patch(30, text.slice(30))).status).toBe(404);
    await expect.poll(async () => (await server.v1.run(upload.runId)).status).toBe(404);
  });

  it('leaves nothing on disk after it expires or its file is deleted', async () => {
    const listParts = async () =>
      (await readdir(join(server.dataDir, 'tmp'))).filter((name) => name.endsWith('.upload'));
    const [expired, deleted] = [await reserve('left.txt'), await reserve('deleted.txt')];
    for (const upload of [expired, deleted]) {
      await upload.create();
      await upload.patch(0, half);
    }
    const { length } = await listParts();
    expect((await server.client.delete('tus', deleted.fileId)).status).toBe(200);
    await expect.poll(async () => (await listParts()).length).toBe(length - 1);
    server.clock.advance(601);
    await expect.poll(listParts).toEqual([]);
  });

  it('is refused above the limit of unfinished bytes per account, unless it is the only one', async () => {
    server.clock.advance(601);
    const [first, second] = [await reserve('first.txt'), await reserve('second.txt')];
    expect((await first.create(1000)).status).toBe(201);
    const refused = await second.create(501);
    expect([refused.status, await refused.json()]).toMatchObject([429, { error: { code: 'too_many_uploads' } }]);
    expect((await second.create(500)).status).toBe(201);
    expect((await first.create(1000, 'b')).status).toBe(201);
    server.clock.advance(601);
    const later = await reserve('later.txt');
    expect((await later.create(1000)).status).toBe(201);
    server.clock.advance(601);
  });

  it('starts over for another file, and continues for the same file', async () => {
    const upload = await reserve('version.txt');
    await upload.create();
    await upload.patch(0, half);
    await upload.create();
    expect(await upload.offset()).toBe('30');
    await upload.create(text.length, 'b');
    expect(await upload.offset()).toBe('0');
  });

  it('begins its run even if the server died after the last byte', async () => {
    const upload = await reserve('died.txt');
    const directory = join(server.dataDir, 'tmp');
    const listParts = async () => (await readdir(directory)).filter((name) => name.endsWith('.upload'));
    const others = await listParts();
    await upload.create();
    await upload.patch(0, half);
    const [part] = (await listParts()).filter((name) => !others.includes(name));
    await appendFile(join(directory, part ?? ''), text.slice(30));
    expect(await upload.offset()).toBe(String(text.length));
    await expect.poll(() => stateOf(upload.runId)).toBe('completed');
    expect(await upload.offset()).toBe(String(text.length));
  });

  it('rejects pieces of a file that another file has replaced', async () => {
    const upload = await reserve('named.txt');
    await upload.create();
    await upload.patch(0, half);
    await upload.create(text.length, 'b');
    const headers = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
    const piece = (version: string) =>
      upload.send('PATCH', { ...headers, 'upload-metadata': `version ${version}` }, half);
    expect((await piece('a')).status).toBe(409);
    expect((await upload.send('HEAD', { 'upload-metadata': 'version a' })).status).toBe(409);
    expect((await piece('b')).headers.get('upload-offset')).toBe('30');
  });

  it('can be aborted', async () => {
    const upload = await reserve('ended.txt');
    await upload.create();
    await upload.patch(0, half);
    expect((await upload.send('DELETE')).status).toBe(204);
    expect(await upload.offset()).toBe('0');
  });

  it('rejects a wrong offset, too many bytes, a wrong type, and a file that is too large or empty', async () => {
    const upload = await reserve('refused.txt');
    expect((await upload.send('HEAD')).status).toBe(404);
    expect((await upload.create(1001)).status).toBe(413);
    expect((await upload.create(0)).status).toBe(400);
    await upload.create(40);
    expect((await upload.patch(1, half)).status).toBe(409);
    expect((await upload.patch(0, text)).status).toBe(413);
    expect((await upload.send('PATCH', { 'upload-offset': '0', 'content-type': 'text/plain' }, 'x')).status).toBe(400);
  });

  it('accepts only the signature of its own reservation', async () => {
    const [one, other] = [await reserve('one.txt'), await reserve('other.txt')];
    expect((await one.create()).status).toBe(201);
    expect((await one.send('HEAD', { 'upload-signature': 'x' })).status).toBe(403);
    const otherResponse = await other.send('HEAD');
    expect(otherResponse.status).toBe(404);
    const response = await fetch(`${server.url}/_upload/..%2f..%2fetc`, { method: 'HEAD' });
    expect(response.status).toBe(403);
    server.clock.advance(3601);
    expect((await one.send('HEAD')).status).toBe(403);
  });
});
