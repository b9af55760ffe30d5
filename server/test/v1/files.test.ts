import { createHash, randomUUID } from 'node:crypto';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import type { PipelineFile } from 'millrace/shared/types/files/file-record.js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ensureDefaultAccount } from '../../src/accounts/accounts.js';
import { openDatabase } from '../../src/store/open-database.js';
import { pixelBomb } from '../convert/make/draw-png.js';
import { fillStore } from '../support/database/fill-store.js';
import { blobFiles } from '../support/blob-files.js';
import { TestClock } from '../support/test-clock.js';
import { createTestDatabase } from '../support/database/test-database.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client, type V1ErrorBody } from '../support/clients/v1-client.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ secondAccount: true, parked: ['summarize'] });
});
afterAll(() => server.close());

const text = 'Snow came early. The road was closed.';

describe('a file read by its id', () => {
  it('has the same fields as in the list of its pipeline, and the name of the pipeline', async () => {
    const { client, v1, clock } = server;
    const metadata = {
      file_name: 'winter.txt',
      symbolic_directory_path: '/seasons',
      file_tags: [{ author: 'nobody' }],
      file_description: 'About a road.',
      expire_time: 7200,
    };
    const { fileId } = await client.complete('notes', ['parser'], text, metadata);
    const [listed] = (await client.list('notes', { file_ids: [fileId] })).body.items;
    const { modules, modules_data: modulesData } = listed!.file_metadata as Record<string, unknown>;
    const { status, body } = await v1.get<PipelineFile>(`/v1/files/${fileId.toUpperCase()}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      fileId,
      requestId: listed!.process_id,
      pipeline: 'notes',
      state: 'ready',
      fileName: 'winter.txt',
      symbolicDirectoryPath: '/seasons',
      symbolicFilePath: '/seasons/winter.txt',
      fileTags: [{ author: 'nobody' }],
      fileDescription: 'About a road.',
      createdAt: clock.now().toISOString(),
      lastUpdated: clock.now().toISOString(),
      expiresAt: new Date(clock.now().getTime() + 7_200_000).toISOString(),
      inputSha256: createHash('sha256').update(text).digest('hex'),
      modules,
      modulesData,
    });
  });

  it.each(['', 'x', randomUUID()])('is not found for the id %j', async (id) => {
    expect(await server.v1.get(`/v1/files/${id}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found' } },
    });
  });

  it('is not found by another account or after it has expired', async () => {
    const { fileId } = await server.client.complete('gone', ['parser'], text, { expire_time: 60 });
    const other = new V1Client(server.url, server.otherKey);
    expect((await other.get(`/v1/files/${fileId}`)).status).toBe(404);
    expect((await server.v1.get(`/v1/files/${fileId}`)).status).toBe(200);
    server.clock.advance(61);
    expect((await server.v1.get(`/v1/files/${fileId}`)).status).toBe(404);
  });
});

describe('the output of a file', () => {
  const builtin: Record<string, string> = { 'text-embedder': 'builtin-hash-384', sentiment: 'vader-english' };
  const output = async (fileId: string, query = '') =>
    (await server.v1.get<FileOutputPage>(`/v1/files/${fileId}/output${query}`)).body;
  const completeFile = (chain: string[], content: string, name: string) =>
    server.client.complete(`output of ${chain.join()}`, chain, content, {
      file_name: name,
      modules: Object.fromEntries(
        chain.flatMap((module, index) => {
          const model = builtin[module];
          return model ? [[`module_${index + 1}`, { [module]: { model, params: {} } }]] : [];
        }),
      ),
    });

  it('is returned in pages and can be searched', async () => {
    const { fileId } = await completeFile(['parser'], text, 'winter.txt');
    const whole = await output(fileId);
    expect(whole).toEqual({
      extension: '.json',
      bytes: expect.any(Number) as number,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      kind: 'snippets',
      items: [
        { snippet: 'Snow came early.', line_numbers: [1] },
        { snippet: 'The road was closed.', line_numbers: [1] },
      ],
      total: 2,
      nextOffset: null,
    });
    expect(await output(fileId, '?limit=1')).toMatchObject({ items: [{ snippet: 'Snow came early.' }], nextOffset: 1 });
    expect(await output(fileId, '?limit=1&offset=1')).toMatchObject({ items: [whole.items[1]], nextOffset: null });
    expect(await output(fileId, '?offset=7')).toMatchObject({ items: [], total: 2, nextOffset: null });
    expect(await output(fileId, '?q=ROAD')).toMatchObject({ items: [whole.items[1]], total: 1 });
  });

  it.each([
    [['parser', 'json-to-txt'], 'text', ['Snow came early.', 'The road was closed.']],
    [
      ['keyword-db'],
      'keywords',
      expect.arrayContaining([
        { keyword: 'snow', occurrences: [{ keyword: 'snow', line_number: 1, keyword_number: 1 }] },
      ]),
    ],
    [
      ['parser', 'text-embedder', 'vector-db'],
      'vectors',
      [
        { snippet: 'Snow came early.', line_numbers: [1] },
        { snippet: 'The road was closed.', line_numbers: [1] },
      ],
    ],
    [
      ['parser', 'sentiment'],
      'sentiment',
      [expect.objectContaining({ snippet: 'Snow came early.' }), expect.anything()],
    ],
  ] as [string[], string, unknown][])('of the chain %j has the kind %s', async (chain, kind, items) => {
    const { fileId } = await completeFile(chain, text, 'winter.txt');
    expect(await output(fileId)).toMatchObject({ kind, items });
    expect((await output(fileId, '?q=nowhere')).items).toEqual([]);
  });

  it('is refused with the size of its snippets if they are too large', async () => {
    const before = await blobFiles(server.dataDir);
    const { fileId } = await completeFile(['parser', 'text-embedder', 'vector-db'], text, 'large.txt');
    for (const name of (await blobFiles(server.dataDir)).filter((name) => !before.includes(name)))
      await truncate(join(server.dataDir, 'blobs', name.slice(0, 2), name), 40 * 2 ** 20);
    const { status, body } = await server.v1.get<V1ErrorBody>(`/v1/files/${fileId}/output`);
    expect([status, body.error.message]).toEqual([413, expect.stringContaining('(40 MiB, more than 32 MiB)')]);
  });

  it('of keywords is searched by their words, not by the positions of the words', async () => {
    const { fileId } = await completeFile(['keyword-db'], text, 'searched.txt');
    expect(await output(fileId, '?q=SNO')).toMatchObject({ items: [{ keyword: 'snow' }], total: 1 });
    for (const q of ['1', '|', '.']) {
      expect(await output(fileId, `?q=${encodeURIComponent(q)}`)).toMatchObject({ items: [], total: 0 });
    }
  });

  it('is downloaded with the name of the file', async () => {
    const { fileId } = await completeFile(['parser'], text, 'hôtel.txt');
    const response = await fetch(`${server.url}/v1/files/${fileId}/output/content`, {
      headers: { authorization: `Bearer ${server.apiKey}` },
    });
    expect(response.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''h%C3%B4tel.json");
    expect(await response.json()).toEqual((await output(fileId)).items);
  });

  it('is refused if the run of the file failed', async () => {
    const file = await server.client.add('broken', ['json-to-txt'], 'no JSON');
    await server.client.settle(file);
    const { status, body } = await server.v1.get<PipelineFile>(`/v1/files/${file.fileId}`);
    expect([status, body.state, body.createdAt]).toEqual([200, 'failed', server.clock.now().toISOString()]);
    for (const path of ['output', 'output/content']) {
      const { status, body } = await server.v1.get<V1ErrorBody>(`/v1/files/${file.fileId}/${path}`);
      expect([status, body.error.message]).toEqual([409, `File ${file.fileId} cannot be read: its run failed`]);
    }
  });
});

describe('the input of a file', () => {
  const read = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${server.apiKey}`, ...(init.headers as Record<string, string>) };
    return fetch(`${server.url}/v1/files/${path}/input`, { ...init, headers });
  };

  it('is downloaded whole or from an offset if it was kept', async () => {
    const page = '<p>Snow.</p><script>alert(1)</script>';
    const { fileId } = await server.client.complete('kept', ['parser'], page, {
      file_name: 'a.html',
      keep_input: true,
    });
    const response = await read(fileId);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="a.html"',
      'content-length': String(page.length),
      'x-content-type-options': 'nosniff',
    });
    expect(await response.text()).toBe(page);
    const rest = await read(fileId, { headers: { range: 'bytes=8-' } });
    expect([rest.status, await rest.text()]).toEqual([206, page.slice(8)]);
    expect((await read(fileId, { method: 'HEAD' })).headers.get('content-length')).toBe(String(page.length));
  });

  it('is not found if it was not kept', async () => {
    const { fileId } = await server.client.complete('notes', ['parser'], text);
    const response = await read(fileId);
    const { error } = (await response.json()) as V1ErrorBody;
    expect([response.status, error.message]).toEqual([
      404,
      `The input of file ${fileId} is not available: its run was started without \`keepInput\`, or the stored input is missing`,
    ]);
  });
});

describe('the picture of an image that browsers cannot display', () => {
  const picture = (fileId: string, query = '', apiKey = server.apiKey) =>
    fetch(`${server.url}/v1/files/${fileId}/input/picture${query}`, { headers: { authorization: `Bearer ${apiKey}` } });
  const readRefusal = async (response: Response) => {
    const { error } = (await response.json()) as V1ErrorBody;
    return [response.status, error.message];
  };

  it('shows any page upright and in its original size', async () => {
    const pages = ['#fff', '#00f'].map((background) =>
      sharp({ create: { width: 300, height: 200, channels: 3, background } })
        .png()
        .toBuffer(),
    );
    const tiff = sharp(await Promise.all(pages), { join: { animated: true } }).tiff({ compression: 'lzw' });
    const options = { file_name: 'scan.tiff', keep_input: true };
    const { fileId } = await server.client.complete('scans', ['ocr'], await tiff.toBuffer(), options);
    const response = await picture(fileId, '?page=2');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'millrace-pages': '2',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    });
    const { channels } = await sharp(await response.arrayBuffer()).stats();
    expect(channels.map(({ mean }) => Math.round(mean / 255))).toEqual([0, 0, 1]);
    expect(await readRefusal(await picture(fileId, '?page=3'))).toEqual([
      409,
      `There is no picture of file ${fileId}: Expected a page from 1 to 2, got 3.`,
    ]);
    expect((await picture(fileId, '?page=0')).status).toBe(400);
    expect((await picture(fileId, '', server.otherKey)).status).toBe(404);

    const turned = await sharp(await pages[0])
      .withMetadata({ orientation: 6 })
      .tiff()
      .toBuffer();
    const sideways = await server.client.complete('scans', ['ocr'], turned, { ...options, file_name: 'turned.tiff' });
    const { width, height } = await sharp(await (await picture(sideways.fileId)).arrayBuffer()).metadata();
    expect([width, height]).toEqual([200, 300]);
  });

  it('is refused for an image with too many pixels', async () => {
    const options = { file_name: 'bomb.png', keep_input: true };
    const file = await server.client.add('scans', ['ocr'], Buffer.from(pixelBomb(20_000, 20_000)), options);
    await server.client.settle(file);
    const [status, message] = await readRefusal(await picture(file.fileId));
    expect([status, message]).toEqual([409, expect.stringContaining('at most 25 megapixels, got 400.')]);
  });

  it('is refused for a file that is not an image or was not kept', async () => {
    const kept = await server.client.complete('kept', ['parser'], text, { keep_input: true });
    const [status, message] = await readRefusal(await picture(kept.fileId));
    expect([status, message]).toEqual([409, expect.stringContaining('Expected the file to be an image')]);
    const { fileId } = await server.client.complete('notes', ['parser'], text);
    expect((await picture(fileId)).status).toBe(404);
  });
});

describe('a file of any pipeline', () => {
  it('keeps the fields that a change does not name, and cannot move to a path that is taken', async () => {
    const { fileId } = await server.client.complete('changes', ['parser'], text, {
      file_name: 'a.txt',
      file_tags: [{ a: 'b' }],
    });
    const { status, body } = await server.v1.call<PipelineFile>('PATCH', `/v1/files/${fileId}`, {
      fileName: 'b.TXT',
      symbolicDirectoryPath: '/new',
      expireTime: 7200,
    });
    expect([status, body]).toMatchObject([200, { symbolicFilePath: '/new/b.TXT', fileTags: [{ a: 'b' }] }]);
    expect(body.expiresAt).toBe(new Date(server.clock.now().getTime() + 7_200_000).toISOString());
    const other = await server.client.complete('changes', ['parser'], text, { file_name: 'c.txt' });
    const taken = { fileName: 'b.txt', symbolicDirectoryPath: '/new' };
    expect((await server.v1.call('PATCH', `/v1/files/${other.fileId}`, taken)).status).toBe(409);
  });

  it.each([
    [{}, 'at least one of fileName'],
    [{ fileName: 'b.pdf' }, "keep the extension '.txt', got '.pdf'"],
    [{ fileName: '' }, 'fileName'],
    [{ expireTime: 0 }, 'expireTime'],
    [{ symbolicDirectoryPath: 'nowhere' }, 'symbolicDirectoryPath'],
    [{ fileTags: [{ a: 'b', c: 'd' }] }, 'fileTags'],
    [{ name: 'b.txt' }, 'name'],
  ])('is not changed by %j', async (changes, message) => {
    const { fileId } = await server.client.complete('unchanged', ['parser'], text);
    const { status, body } = await server.v1.call<V1ErrorBody>('PATCH', `/v1/files/${fileId}`, changes);
    expect([status, body.error.code]).toEqual([400, 'validation']);
    expect(body.error.message).toContain(message);
  });

  it('can be deleted only after its run has ended', async () => {
    const { fileId, processId } = await server.client.complete('done', ['parser'], text);
    expect((await server.v1.call('DELETE', `/v1/files/${fileId}`)).status).toBe(204);
    expect((await server.v1.call('DELETE', `/v1/files/${fileId}`)).status).toBe(404);
    expect((await server.v1.run(processId)).status).toBe(404);
    const waiting = await server.client.add('parked', ['summarize'], text.repeat(20));
    expect((await server.v1.call('DELETE', `/v1/files/${waiting.fileId}`)).status).toBe(409);
  });
});

describe('the finished files of a pipeline', () => {
  const remove = (query: string, { url, apiKey } = server) =>
    new V1Client(url, apiKey).call<{ deleted: number; more: boolean }>('DELETE', `/v1/files${query}`);

  it('are deleted together, without other files', async () => {
    const { client, v1 } = server;
    const files = [await client.complete('old', ['parser'], text), await client.complete('old', ['parser'], text)];
    const other = await client.complete('new', ['parser'], text);
    const reserved = await client.process('old', ['parser']);
    const elsewhere = await remove('?pipeline=old', { ...server, apiKey: server.otherKey });
    expect(elsewhere.body).toEqual({ deleted: 0, more: false });
    expect((await remove('?pipeline=old')).body).toEqual({ deleted: 2, more: false });
    for (const { fileId, processId } of files) {
      expect((await v1.get(`/v1/files/${fileId}`)).status).toBe(404);
      expect((await v1.run(processId)).status).toBe(404);
    }
    expect((await v1.get(`/v1/files/${other.fileId}`)).status).toBe(200);
    expect((await v1.run(reserved.body.request_id)).status).toBe(200);
    expect((await remove('?pipeline=old')).body).toEqual({ deleted: 0, more: false });
  });

  it('are counted across all requests with the same Idempotency-Key', async () => {
    const removeWithKey = async (pipeline: string) => {
      const headers = { authorization: `Bearer ${server.apiKey}`, 'idempotency-key': 'a reset' };
      const response = await fetch(`${server.url}/v1/files?pipeline=${pipeline}`, { method: 'DELETE', headers });
      return [response.status, await response.json()];
    };
    await server.client.complete('lost', ['parser'], text);
    expect(await removeWithKey('lost')).toEqual([200, { deleted: 1, more: false }]);
    expect(await removeWithKey('lost')).toEqual([200, { deleted: 1, more: false }]);
    await server.client.complete('lost', ['parser'], text);
    expect(await removeWithKey('lost')).toEqual([200, { deleted: 2, more: false }]);
    await server.client.complete('beside', ['parser'], text);
    expect(await removeWithKey('beside')).toEqual([409, expect.anything()]);
    expect((await remove('?pipeline=beside')).body).toEqual({ deleted: 1, more: false });
  });

  it('are not deleted without the name of a pipeline', async () => {
    expect((await remove('')).status).toBe(400);
    expect((await remove('?pipeline=')).status).toBe(400);
  });

  it('are deleted at most 1000 per request', async () => {
    const database = await createTestDatabase({ isPrepared: true });
    const clock = new TestClock();
    const db = await openDatabase(database.options);
    await fillStore(db, { accountId: (await ensureDefaultAccount(db, clock)).id, files: 5000, now: clock.now() });
    await db.close();
    const filled = await startTestServer({ database });
    onTestFinished(async () => {
      await filled.close();
      await database.cleanup();
    });
    const { body } = await filled.client.list('notes', { max_files: 5000 });
    expect(body.items.length).toBeGreaterThan(1000);
    let deleted = 0;
    for (let isMore = true; isMore;) {
      const response = await remove('?pipeline=notes', filled);
      expect(response.body.deleted).toBeLessThanOrEqual(1000);
      deleted += response.body.deleted;
      isMore = response.body.more;
    }
    expect(deleted).toBe(body.items.length);
    expect((await filled.client.list('notes')).body.items).toEqual([]);
  });
});
