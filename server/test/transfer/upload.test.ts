import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../src/index.js';
import type { UploadForm } from '../support/clients/hosted-responses.js';
import { HostedClient } from '../support/clients/hosted-client.js';
import { formParts, multipart, openPost, postParts } from '../support/clients/multipart.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/clients/v1-client.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ maxFileBytes: 200_000 });
});
afterAll(() => server.close());

let files = 0;

/** Reserves a file of the pipeline `uploads`. */
async function reserve(): Promise<{ form: UploadForm; fileId: string; processId: string; pipeline: string }> {
  const { body } = await server.client.process('uploads', ['parser'], { file_name: `${(files += 1)}.txt` });
  return {
    form: body.presigned_post_url_results,
    fileId: body.file_id,
    processId: body.request_id,
    pipeline: 'uploads',
  };
}

/** Waits until the directory of unfinished files is empty, and lists it. */
async function listLeftovers(): Promise<string[]> {
  const unfinished = () => readdir(join(server.dataDir, 'tmp'));
  await expect.poll(unfinished).toEqual([]);
  return unfinished();
}

describe('an upload', () => {
  it('returns 204 with an empty body, and starts the processing', async () => {
    const { form, ...file } = await reserve();
    const response = await server.client.upload(form, 'It works. It really does.');
    expect([response.status, response.text]).toEqual([204, '']);
    expect(response.headers['millrace-api']).toBe('1');
    expect((await server.client.settle(file)).failure_status).toBeNull();
  });

  it.each(['/home/someone/My documents/ghost.txt', 'C:\\Users\\x\\a.txt', '../../../etc/passwd', 'x', '“ü”.txt'])(
    'ignores the file name %j of its form',
    async (filename) => {
      const { form, ...file } = await reserve();
      expect((await postParts(form.url, formParts(form, 'Some words here.', filename))).status).toBe(204);
      expect((await server.client.settle(file)).failure_status).toBeNull();
    },
  );

  it('accepts a file name in the extended notation', async () => {
    const { form, ...file } = await reserve();
    const [content, ...fields] = formParts(form, 'Some words here.').reverse();
    const part = { name: 'file', content: content!.content, extendedFilename: "utf-8''%2Fhome%2Fm%C3%BCll.txt" };
    expect((await postParts(form.url, [...fields.reverse(), part])).status).toBe(204);
    expect((await server.client.settle(file)).failure_status).toBeNull();
  });

  it('may be chunked, without a content length', async () => {
    const { form, ...file } = await reserve();
    const { post, response } = openPost(form.url);
    for (const byte of multipart(formParts(form, 'Chunk by chunk.'))) post.write(Buffer.of(byte));
    post.end();
    expect((await response).status).toBe(204);
    await server.client.settle(file);
    expect(JSON.parse((await server.client.download(file)).toString())).toMatchObject([{ snippet: 'Chunk by chunk.' }]);
  });

  it('is stored byte for byte', async () => {
    const { client } = server;
    const content = Buffer.from('[{"snippet": "--6a1f0c2be5d94b0f9c1d\\r\\n\\u0000 ‘é’"}]\r\n');
    const file = await client.complete('bytes', ['json-to-txt'], content);
    expect((await client.download(file)).toString()).toBe('--6a1f0c2be5d94b0f9c1d\r\n\u0000 ‘é’');
  });

  it('returns 204 and changes nothing when it is repeated', async () => {
    const { form, ...file } = await reserve();
    await server.client.upload(form, 'The first one counts.');
    expect((await server.client.upload(form, 'The second one does not.')).status).toBe(204);
    await server.client.settle(file);
    expect((await server.client.upload(form, 'Nor does the third.')).status).toBe(204);
    const output = (await server.client.download(file)).toString();
    expect(JSON.parse(output)).toMatchObject([{ snippet: 'The first one counts.' }]);
  });

  it('is processed once when it is sent many times at once', async () => {
    const { form, ...file } = await reserve();
    const { units_used: before } = (await server.client.capCheck()).body;
    const responses = await Promise.all(
      Array.from({ length: 6 }, (_, i) => server.client.upload(form, `Version ${i} of it.`)),
    );
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 204));
    await server.client.settle(file);
    expect((await server.client.capCheck()).body.units_used).toBe(before + 1);
    expect(await listLeftovers()).toEqual([]);
  });

  it('of the maximum size is accepted, and with one byte more is rejected with 413', async () => {
    const fits = await reserve();
    expect((await server.client.upload(fits.form, 'a word '.repeat(30_000).slice(0, 200_000))).status).toBe(204);
    const tooLong = await reserve();
    expect((await server.client.upload(tooLong.form, 'x'.repeat(200_001))).status).toBe(413);
    expect(await listLeftovers()).toEqual([]);
  });

  it('is rejected with 413 while it is still being sent', async () => {
    const { form } = await reserve();
    const body = multipart(formParts(form, Buffer.alloc(400_000, 'x')));
    const { post, response } = openPost(form.url, body.length + 10 ** 9);
    post.write(body.subarray(0, 300_000));
    expect((await response).status).toBe(413);
    post.destroy();
    expect(await listLeftovers()).toEqual([]);
  });
});

describe('an invalid upload', () => {
  /** Expects that an upload is rejected, that nothing is stored or begun, and that the reservation can still be used. */
  async function expectRefused(status: number, send: (form: UploadForm) => Promise<{ status: number }>): Promise<void> {
    const { form, ...file } = await reserve();
    expect((await send(form)).status).toBe(status);
    expect(await listLeftovers()).toEqual([]);
    const { body } = await server.client.processStatus(file.pipeline, file.processId);
    expect(body.process_status).toEqual({ module_1: false });
    expect((await server.client.upload(form, 'The second try is right.')).status).toBe(204);
    expect((await server.client.settle(file)).failure_status).toBeNull();
  }

  it('without a file is rejected', () =>
    expectRefused(400, (form) => postParts(form.url, formParts(form, '').slice(0, -1))));

  it('with the file in another field is rejected', () =>
    expectRefused(400, (form) =>
      postParts(
        form.url,
        formParts(form, 'Words.').map((part) => (part.name === 'file' ? { ...part, name: 'document' } : part)),
      ),
    ));

  it('with an empty file is rejected', () => expectRefused(400, (form) => server.client.upload(form, '')));

  it('with the file before the signed fields is rejected', () =>
    expectRefused(403, (form) => postParts(form.url, formParts(form, 'Words.').reverse())));

  it('with two files is rejected', () =>
    expectRefused(400, (form) => {
      const parts = formParts(form, 'One file.');
      return postParts(form.url, [...parts, { name: 'file', content: 'Two files.', filename: 'b.txt' }]);
    }));

  it('with a forged signature is rejected', () =>
    expectRefused(403, (form) =>
      server.client.upload({ url: form.url, fields: { ...form.fields, signature: '0'.repeat(64) } }, 'Words.'),
    ));

  it('with an invalid policy is rejected', () =>
    expectRefused(403, (form) =>
      server.client.upload({ url: form.url, fields: { ...form.fields, policy: 'e30' } }, 'Words.'),
    ));

  it('of a file other than the signed one is rejected', async () => {
    const other = await reserve();
    await expectRefused(403, (form) =>
      server.client.upload({ url: form.url, fields: { ...form.fields, key: other.fileId } }, 'Words.'),
    );
  });

  it('without any fields is rejected', () =>
    expectRefused(403, (form) => server.client.upload({ url: form.url, fields: {} }, 'Words.')));

  it('with a body that ends inside a part is rejected', () =>
    expectRefused(400, async (form) => {
      const body = multipart(formParts(form, 'Half of a fil')).subarray(0, -30);
      const { post, response } = openPost(form.url, body.length);
      post.end(body);
      return response;
    }));

  it('that is not a multipart form is rejected', () =>
    expectRefused(400, (form) => fetch(form.url, { method: 'POST', body: 'just words' })));

  it('without a boundary is rejected', () =>
    expectRefused(400, (form) =>
      fetch(form.url, { method: 'POST', body: 'x', headers: { 'content-type': 'multipart/form-data' } }),
    ));

  it('with thousands of fields is rejected', () =>
    expectRefused(400, (form) => {
      const junk = Array.from({ length: 3000 }, (_, i) => ({ name: `f${i}`, content: 'x' }));
      return postParts(form.url, [...junk, ...formParts(form, 'Words.')]);
    }));

  it('over a connection that is cut leaves no files, and keeps its reservation', async () => {
    const { form, ...file } = await reserve();
    const body = multipart(formParts(form, Buffer.alloc(150_000, 'x')));
    const { post, response } = openPost(form.url, body.length);
    const cut = response.catch((error: unknown) => error);
    post.write(body.subarray(0, 100_000));
    await expect.poll(() => readdir(join(server.dataDir, 'tmp'))).not.toEqual([]);
    post.destroy();
    expect(await cut).toBeInstanceOf(Error);
    expect(await listLeftovers()).toEqual([]);
    expect((await server.client.upload(form, 'The second try is right.')).status).toBe(204);
    expect((await server.client.settle(file)).failure_status).toBeNull();
  });

  it('for a deleted reservation is rejected and not stored', async () => {
    const { form, fileId, pipeline } = await reserve();
    await server.client.delete(pipeline, fileId);
    expect((await server.client.upload(form, 'Too late.')).status).toBeGreaterThanOrEqual(400);
    expect(await listLeftovers()).toEqual([]);
  });
});

describe('a server whose disk is full', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.cleanup());

  it('rejects uploads with 503, is not ready, and leaves steps in the queue', async () => {
    const before = await startServer({ ...database.options, port: 0, worker: false, logLevel: 'off' });
    const queued = await new HostedClient(before.url, before.apiKey).add('full', ['parser'], 'I can wait. Can you?');
    await before.close();

    const warnings: string[] = [];
    const silent = { error: () => undefined, info: () => undefined, debug: () => undefined };
    const logger = { ...silent, warn: (message: string) => void warnings.push(message) };
    const full = await startServer({
      ...database.options,
      port: 0,
      reservedDiskBytes: Number.MAX_SAFE_INTEGER,
      logger,
    });
    onTestFinished(() => full.close());
    const client = new HostedClient(full.url, full.apiKey);
    const content = Buffer.from('No room. None.').toString('base64');
    const inline = await client.process('full', ['parser'], { file_name: 'inline.txt', content });
    expect([inline.status, inline.headers.get('retry-after')]).toEqual([503, '10']);
    expect(inline.body).toMatchObject({
      code: 'disk_full',
      message: expect.stringContaining('disk is full') as string,
    });

    const { body } = await client.process('full', ['parser'], { file_name: 'upload.txt' });
    const form = body.presigned_post_url_results;
    const upload = await client.upload(form, 'No room. None.');
    expect([upload.status, upload.headers['retry-after']]).toEqual([503, '10']);
    const { key, policy, signature } = form.fields as { key: string; policy: string; signature: string };
    const resumable = await fetch(`${form.url}/${key}`, {
      method: 'POST',
      headers: { 'upload-length': '10', 'upload-policy': policy, 'upload-signature': signature },
    });
    expect([resumable.status, resumable.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await readdir(join(full.dataDir, 'tmp'))).toEqual([]);

    const ready = await fetch(`${full.url}/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'the disk is full' }]);
    expect(ready.headers.get('retry-after')).toBe('10');
    await expect.poll(() => warnings).toContain('the disk is full; steps wait until it has room again');
    expect((await new V1Client(full.url, full.apiKey).run(queued.processId)).body.state).toBe('pending');
  });
});
