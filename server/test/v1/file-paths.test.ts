import { createHash } from 'node:crypto';
import type { FileEntryPage, FoundFile } from 'millrace/shared/types/files/file-lookup.js';
import type { PipelineFile } from 'millrace/shared/types/files/file-record.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostedClient, type ProcessArguments } from '../support/clients/hosted-client.js';
import { pauseModules, resumeModules } from '../support/module-processes.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client, type V1ErrorBody } from '../support/clients/v1-client.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ secondAccount: true, keyOfEachRole: true, reservationSeconds: 60 });
});
afterAll(() => server.close());

const chain = ['keyword-db'];
const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');
const toArguments = (path: string): ProcessArguments => {
  const slash = path.lastIndexOf('/');
  return { symbolic_directory_path: path.slice(0, slash) || '/', file_name: path.slice(slash + 1) };
};
const addFile = (pipeline: string, path: string, content: string, options: ProcessArguments = {}) =>
  server.client.complete(pipeline, chain, content, { ...toArguments(path), ...options });

async function lookUp(pipeline: string, files: object[], options: object = {}, v1 = server.v1) {
  const { status, body, text } = await v1.post<{ items: (FoundFile | null)[] } & V1ErrorBody>('/v1/files/lookup', {
    pipeline,
    chain,
    files,
    ...options,
  });
  if (status !== 200) throw new Error(text);
  return body.items;
}

const listFiles = async (pipeline: string) =>
  (await server.v1.get<FileEntryPage>(`/v1/files?pipeline=${pipeline}`)).body.items;

describe('a lookup by symbolic path', () => {
  it('returns the file at a path, and whether it has the same content and chain', async () => {
    const { fileId, processId } = await addFile('deeds', '/2026/Žofín/Lease.txt', 'The tenant pays.', {
      expire_time: 600,
    });
    const path = '/2026/z\u030Cofi\u0301n/LEASE.TXT';
    const items = await lookUp('deeds', [
      { path, sha256: sha256('The tenant pays.') },
      { path: '/2026/lease.txt', sha256: sha256('The tenant pays.') },
      { path, sha256: sha256('The tenant owes.') },
      { path },
    ]);
    expect(items[0]).toEqual({
      fileId,
      requestId: processId,
      state: 'ready',
      inputSha256: sha256('The tenant pays.'),
      isSame: true,
      syncRoot: null,
      expiresAt: new Date(server.clock.now().getTime() + 600_000).toISOString(),
      output: {
        fileId,
        extension: '.db',
        bytes: expect.any(Number) as number,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    });
    expect(items[1]).toBeNull();
    expect([items[2], items[3]]).toMatchObject([
      { fileId, isSame: false },
      { fileId, isSame: false },
    ]);
    const file = { path, sha256: sha256('The tenant pays.') };
    expect(await lookUp('deeds', [file], { chain: ['parser'] })).toMatchObject([{ isSame: false }]);
    expect(await lookUp('other', [file])).toEqual([null]);
    expect(await lookUp('deeds', [file], {}, new V1Client(server.url, server.otherKey))).toEqual([null]);
    server.clock.advance(600);
    expect(await lookUp('deeds', [file])).toEqual([null]);
  });

  it('compares parameters, and finds a file being uploaded until its reservation ends', async () => {
    const selected = { module_1: { model: 'fixed', params: { chunk_size: 10, overlap_size: 4 } } };
    const body = 'One two three four five six seven.';
    await server.client.complete('cuts', ['parser'], body, { ...toArguments('/a.txt'), modules: selected });
    const file = { path: '/a.txt', sha256: sha256(body) };
    const sameAs = async (modules: object) => (await lookUp('cuts', [file], { chain: ['parser'], modules }))[0]?.isSame;
    expect([await sameAs({}), await sameAs(selected)]).toEqual([false, true]);
    await server.client.process('cuts', ['parser'], toArguments('/b.txt'));
    const reserved = async () => (await lookUp('cuts', [{ path: '/b.txt' }], { chain: ['parser'] }))[0]?.state;
    expect(await reserved()).toBe('uploading');
    server.clock.advance(60);
    expect(await reserved()).toBeUndefined();
  });

  it('is rejected with an invalid chain, too many files or an invalid path', async () => {
    const files = [{ path: '/a.txt' }];
    const postLookup = async (body: object) => {
      const response = await server.v1.post<V1ErrorBody>('/v1/files/lookup', {
        pipeline: 'deeds',
        chain,
        files,
        ...body,
      });
      return [response.status, response.body.error.message];
    };
    expect(await postLookup({ chain: ['parser', 'vector-db'] })).toEqual([
      400,
      expect.stringContaining('vector-db') as string,
    ]);
    expect(await postLookup({ files: Array.from({ length: 501 }, () => files[0]) })).toEqual([
      400,
      'Expected at most 500 files in one lookup, got 501',
    ]);
    expect(await postLookup({ files: [{ path: 'a.txt' }] })).toEqual([
      400,
      expect.stringContaining('files.0.path') as string,
    ]);
  });
});

describe('a file that replaces another', () => {
  const replace = (pipeline: string, path: string, replaces: string, by: HostedClient = server.client) =>
    by.process(pipeline, chain, { ...toArguments(path), replaces });
  const find = async (pipeline: string, word: string) =>
    (await server.client.keywordSearch(pipeline, word)).body.items.map((item) => item.file_id);

  it('replaces it once it is ready, and until then the earlier file is found', async () => {
    const earlier = await addFile('turns', '/a.txt', 'A kettle.', { file_tags: [{ of: 'tea' }] });
    const { body: reserved } = await replace('turns', '/A.txt', earlier.fileId);
    expect(await find('turns', 'kettle')).toEqual([earlier.fileId]);
    expect(await lookUp('turns', [{ path: '/a.txt', sha256: sha256('A kettle.') }])).toMatchObject([
      { fileId: reserved.file_id, state: 'uploading', isSame: false, output: { fileId: earlier.fileId } },
    ]);
    // a path has at most one pending replacement, which only a further replacement can replace
    expect((await replace('turns', '/a.txt', earlier.fileId)).body).toMatchObject({ code: 'already_exists' });
    const { body: newest } = await replace('turns', '/a.txt', reserved.file_id);
    expect((await server.client.upload(reserved.presigned_post_url_results, 'A pan.')).status).toBe(404);
    expect((await server.client.upload(newest.presigned_post_url_results, 'A teapot.')).status).toBe(204);
    await server.client.settle({ pipeline: 'turns', processId: newest.request_id });
    expect(await find('turns', 'kettle')).toEqual([]);
    expect(await find('turns', 'teapot')).toEqual([newest.file_id]);
    expect((await server.v1.get(`/v1/files/${earlier.fileId}`)).status).toBe(404);
    expect((await server.v1.get<FileEntryPage>('/v1/audit?action=file.delete')).text).toContain(earlier.fileId);
    // the new file now occupies the path
    expect((await server.client.process('turns', chain, toArguments('/a.txt'))).body).toMatchObject({
      code: 'already_exists',
    });
  });

  it('keeps the earlier file if the new run fails or the earlier file was moved', async () => {
    const earlier = await addFile('stays', '/a.txt', 'A kettle.');
    const { body: failing } = await replace('stays', '/a.txt', earlier.fileId);
    await server.client.upload(failing.presigned_post_url_results, Buffer.from('89504e470d0a1a0a0000', 'hex'));
    expect(
      (await server.client.settle({ pipeline: 'stays', processId: failing.request_id })).failure_status,
    ).not.toBeNull();
    expect(await find('stays', 'kettle')).toEqual([earlier.fileId]);
    const { body: later } = await replace('stays', '/a.txt', earlier.fileId);
    await server.v1.call('PATCH', `/v1/files/${earlier.fileId}`, { fileName: 'b.txt' });
    await server.client.upload(later.presigned_post_url_results, 'A teapot.');
    await server.client.settle({ pipeline: 'stays', processId: later.request_id });
    expect((await listFiles('stays')).map(({ symbolicFilePath }) => symbolicFilePath).sort()).toEqual([
      '/a.txt',
      '/b.txt',
    ]);
  });

  it('reserves its path, to which only the earlier file can be moved back', async () => {
    const earlier = await addFile('kept-path', '/a.txt', 'A kettle.');
    const other = await addFile('kept-path', '/c.txt', 'A pan.');
    const move = async ({ fileId }: { fileId: string }, fileName: string) =>
      (await server.v1.call<Partial<V1ErrorBody>>('PATCH', `/v1/files/${fileId}`, { fileName })).body.error?.code;
    const { body: later } = await replace('kept-path', '/a.txt', earlier.fileId);
    expect(await move(earlier, 'A.txt')).toBeUndefined();
    expect(await move(earlier, 'b.txt')).toBeUndefined();
    expect(await move(other, 'a.txt')).toBe('already_exists');
    await server.client.upload(later.presigned_post_url_results, Buffer.from('89504e470d0a1a0a0000', 'hex'));
    await server.client.settle({ pipeline: 'kept-path', processId: later.request_id });
    // a rerun does not replace the earlier file, for which the path is therefore taken, too
    const modules = await pauseModules();
    expect((await server.v1.post(`/v1/runs/${later.request_id}/rerun`)).status).toBe(201);
    expect(await move(earlier, 'a.txt')).toBe('already_exists');
    resumeModules(modules);
  });

  it('is refused for a runner whose key did not create the earlier file', async () => {
    const runner = new HostedClient(server.url, server.roleKeys.runner);
    const otherFile = await addFile('keys', '/a.txt', 'A kettle.');
    const ownFile = await runner.complete('keys', chain, 'A pan.', toArguments('/b.txt'));
    expect((await replace('keys', '/a.txt', otherFile.fileId, runner)).body).toMatchObject({ code: 'forbidden' });
    expect((await replace('keys', '/b.txt', ownFile.fileId, runner)).status).toBe(200);
  });
});

it('a deletion with a path is refused if the file is at another path', async () => {
  const { fileId } = await addFile('moved', '/2026/Café.txt', 'A kettle.');
  const remove = (path: string) =>
    server.v1.call<V1ErrorBody>('DELETE', `/v1/files/${fileId}?symbolicFilePath=${encodeURIComponent(path)}`);
  expect(await remove('/2026/a.txt')).toMatchObject({
    status: 409,
    body: { error: { code: 'conflict', message: expect.stringContaining('it is at /2026/Café.txt') as string } },
  });
  expect((await remove('a.txt')).status).toBe(400);
  expect(await listFiles('moved')).toHaveLength(1);
  expect((await remove('/2026/CAFE\u0301.txt')).status).toBe(204);
  expect(await listFiles('moved')).toEqual([]);
});

describe('a file that never expires', () => {
  it('is kept until it is deleted or given an expiry again', async () => {
    const { fileId, processId } = await addFile('always', '/a.txt', 'Granite.', {
      expire_time: null,
      never_expires: true,
    });
    server.clock.advance(200 * 365 * 86_400);
    const [listed] = (await server.client.list('always')).body.items;
    expect(listed).toMatchObject({ file_id: fileId, expire_time: null });
    expect((await server.v1.run(processId)).body.expiresAt).toBeNull();
    const change = async (expireTime: number | null) =>
      (await server.v1.call<PipelineFile>('PATCH', `/v1/files/${fileId}`, { expireTime })).body.expiresAt;
    expect(await change(60)).toBe(new Date(server.clock.now().getTime() + 60_000).toISOString());
    expect(await change(null)).toBeNull();
    expect((await server.client.update('always', fileId, { expire_time: 60 })).status).toBe(200);
    expect((await server.client.update('always', fileId, { never_expires: true })).status).toBe(200);
    server.clock.advance(61);
    expect(await listFiles('always')).toHaveLength(1);
    expect((await server.client.delete('always', fileId)).status).toBe(200);
    expect(await listFiles('always')).toEqual([]);
  });
});

describe('the list of files below a symbolic directory', () => {
  it('has their paths, hashes and sync roots, newest first and in pages', async () => {
    const { clock, v1 } = server;
    for (const [path, root] of [
      ['/books/a.txt', '/books'],
      ['/books/2026/b.txt', undefined],
      ['/bookshop/c.txt', undefined],
      ['/BOOKS/d.txt', '/BOOKS'],
    ] as const) {
      await addFile('shelf', path, `The text of ${path}.`, { ...(root && { sync_root: root }) });
      clock.advance(1);
    }
    const page = async (query: string) =>
      (await v1.get<FileEntryPage>(`/v1/files?pipeline=shelf&directory=/Books${query}`)).body;
    const { items, nextCursor } = await page('&limit=2');
    expect(items.map(({ symbolicFilePath, syncRoot }) => [symbolicFilePath, syncRoot])).toEqual([
      ['/BOOKS/d.txt', '/BOOKS'],
      ['/books/2026/b.txt', null],
    ]);
    const rest = await page(`&limit=2&cursor=${nextCursor ?? ''}`);
    expect(rest).toMatchObject({ items: [{ symbolicFilePath: '/books/a.txt' }], nextCursor: null });
    expect(rest.items[0]?.inputSha256).toBe(sha256('The text of /books/a.txt.'));
    expect(await listFiles('shelf')).toHaveLength(4);
    expect((await v1.get('/v1/files?pipeline=shelf&directory=books')).status).toBe(400);
    expect(
      (await new V1Client(server.url, server.otherKey).get<FileEntryPage>('/v1/files?pipeline=shelf')).body.items,
    ).toEqual([]);
  });
});
