import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ parked: ['summarize'] });
});
afterAll(() => server.close());

const long = { expire_time: 1_000_000 };
const text = 'Snow came early. The road was closed.';
const noFiles = 'No files were found for the given query arguments';

describe('list', () => {
  it('returns its keys and those of an item in the recorded order', async () => {
    const { client, clock } = server;
    const metadata = {
      file_name: 'winter.txt',
      symbolic_directory_path: '/seasons',
      file_tags: [{ author: 'nobody' }, { year: '1931' }],
      file_description: 'About a road.',
      expire_time: 7200,
    };
    const file = await client.complete('recorded', ['parser'], text, metadata);
    const { status, body } = await client.list('recorded', { file_ids: [file.fileId] });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['request_id', 'message', 'warnings', 'items']);
    expect(body.message).toBe('Successfully returned 1 item.  Note: all timestamps in UTC.');
    expect(body.warnings).toEqual([]);
    expect(Object.keys(body.items[0]!)).toEqual([
      'last_updated',
      'process_id',
      'created_at',
      'file_metadata',
      'file_tags',
      'file_description',
      'symbolic_directory_path',
      'pipeline',
      'file_id',
      'expire_time',
      'file_name',
    ]);
    expect(body.items).toEqual([
      {
        last_updated: clock.timestamp(),
        process_id: file.processId,
        created_at: clock.timestamp(),
        file_metadata: {
          modules: { module_1: { parser: expect.objectContaining({ model: 'sentence' }) as object } },
          modules_data: { module_1: { parser: { data_files_extensions: ['.json'], num_lines: 2 } } },
        },
        file_tags: metadata.file_tags,
        file_description: metadata.file_description,
        symbolic_directory_path: '/seasons',
        pipeline: 'recorded',
        file_id: file.fileId,
        expire_time: clock.timestamp(7200),
        file_name: 'winter.txt',
      },
    ]);
  });

  it('returns a default model without params, as recorded', async () => {
    await server.client.complete('plain model', ['parser'], text);
    const [item] = (await server.client.list('plain model')).body.items;
    expect(item?.file_metadata.modules).toEqual({ module_1: { parser: { model: 'sentence' } } });
  });

  it('describes every module of a chain', async () => {
    await server.client.complete('described', ['parser', 'json-to-txt', 'keyword-db'], text);
    const [item] = (await server.client.list('described')).body.items;
    const { modules, modules_data: data } = item!.file_metadata;
    expect(Object.entries(modules).map(([key, value]) => [key, Object.keys(value)])).toEqual([
      ['module_1', ['parser']],
      ['module_2', ['json-to-txt']],
      ['module_3', ['keyword-db']],
    ]);
    expect(data).toMatchObject({
      module_1: { parser: { data_files_extensions: ['.json'], num_lines: 2 } },
      module_2: { 'json-to-txt': { data_files_extensions: ['.txt'] } },
      module_3: { 'keyword-db': { data_files_extensions: ['.db'], num_lines: 2 } },
    });
  });

  it('has the plural in its message for two items', async () => {
    await server.client.complete('two', ['parser'], text);
    await server.client.complete('two', ['parser'], text);
    expect((await server.client.list('two')).body.message).toBe(
      'Successfully returned 2 items.  Note: all timestamps in UTC.',
    );
  });

  it('has one message for unknown ids, and another for other arguments without results', async () => {
    const { client, clock } = server;
    const ids = { file_ids: [randomUUID()] };
    const messageFor = async (selectors: object) => (await client.list('empty', selectors)).body.message;
    expect(await messageFor(ids)).toBe('No items found for input query arguments');
    expect(await messageFor({ ...ids, max_files: 7 })).toBe('No items found for input query arguments');
    expect(await messageFor({ ...ids, file_names: ['a.txt'] })).toBe(noFiles);
    expect(await messageFor({ ...ids, created_at_start: clock.unix() })).toBe(noFiles);
    expect(await messageFor({ symbolic_directory_paths: ['/*'] })).toBe(noFiles);
    expect(await messageFor({ created_at_end: clock.unix() })).toBe(noFiles);
    expect(await messageFor({})).toBe(noFiles);
  });

  it('omits files that are reserved, in process or failed', async () => {
    const { client } = server;
    const ready = await client.complete('only finished', ['json-to-txt', 'parser'], '[{"snippet": "Done."}]');
    await client.settle(await client.add('only finished', ['json-to-txt', 'parser'], 'no JSON'));
    await client.process('only finished', ['json-to-txt', 'parser']);
    const unfinished = await client.add('unfinished', ['summarize'], text);
    expect((await client.list('only finished')).body.items.map((item) => item.file_id)).toEqual([ready.fileId]);
    expect((await client.list('unfinished', { file_ids: [unfinished.fileId] })).body.items).toEqual([]);
  });

  it('omits files of other pipelines, even by id', async () => {
    const file = await server.client.complete('here', ['parser'], text);
    const { body } = await server.client.list('there', { file_ids: [file.fileId] });
    expect(body.items).toEqual([]);
    expect(body.warnings).toEqual([{ 'WARNING: the following file_ids were not found': [file.fileId] }]);
  });

  it('returns a file once, even if several arguments select it', async () => {
    const { client } = server;
    const metadata = { file_name: 'once.txt', file_tags: [{ a: 'b' }] };
    const { fileId } = await client.complete('once', ['parser'], text, metadata);
    const { body } = await client.list('once', {
      file_ids: [fileId, fileId],
      file_names: ['once.txt', '*once*', 'once.txt'],
      symbolic_directory_paths: ['/etc', '/*'],
      symbolic_file_paths: ['/etc/once.txt'],
      file_tags: [{ a: 'b' }, { a: '*' }],
    });
    expect(body.items).toHaveLength(1);
    expect(body.warnings).toEqual([]);
  });

  it('selects nothing by an empty list of ids', async () => {
    await server.client.complete('not all', ['parser'], text);
    const none = await server.client.list('not all', { file_ids: [] });
    expect(none.status).toBe(200);
    expect(none.body.items).toEqual([]);
    const named = await server.client.list('not all', { file_ids: [], file_names: ['*'.padStart(2, 'k')] });
    expect(named.body.items).toHaveLength(1);
  });

  it('returns the newest max_files first, and breaks ties the same way each time', async () => {
    const { client, clock } = server;
    const ids: string[] = [];
    for (const seconds of [1, 1, 0, 0, 1]) {
      clock.advance(seconds);
      ids.unshift((await client.complete('ordered', ['parser'], text, long)).fileId);
    }
    const { items } = (await client.list('ordered')).body;
    expect(items[0]?.file_id).toBe(ids[0]);
    expect(items[4]?.file_id).toBe(ids[4]);
    expect(items.map((item) => item.created_at)).toEqual(
      items
        .map((item) => item.created_at)
        .sort()
        .reverse(),
    );
    expect((await client.list('ordered')).body.items).toEqual(items);
    expect((await client.list('ordered', { max_files: 3 })).body.items).toEqual(items.slice(0, 3));
    const byId = await client.list('ordered', { file_ids: [...ids].sort() });
    expect(byId.body.items).toEqual(items);
  });

  it.each([0, -1, 1.5])('rejects max_files %s', async (max) => {
    expect((await server.client.list('max', { max_files: max })).status).toBe(400);
  });
});

describe('time bounds', () => {
  it('are inclusive at both ends, and combined with other arguments by AND', async () => {
    const { client, clock } = server;
    clock.advance(10);
    const early = await client.complete('times', ['parser'], text, { ...long, file_name: 'early.txt' });
    const start = clock.unix();
    clock.advance(10);
    const late = await client.complete('times', ['parser'], text, { ...long, file_name: 'late.txt' });
    const end = clock.unix();
    const listIds = async (selectors: object) =>
      (await client.list('times', selectors)).body.items.map((item) => item.file_id);

    expect(await listIds({ created_at_start: start, created_at_end: end })).toEqual([late.fileId, early.fileId]);
    expect(await listIds({ created_at_start: start })).toEqual([late.fileId, early.fileId]);
    expect(await listIds({ created_at_start: start + 1 })).toEqual([late.fileId]);
    expect(await listIds({ created_at_end: end - 1 })).toEqual([early.fileId]);
    expect(await listIds({ created_at_end: start })).toEqual([early.fileId]);
    expect(await listIds({ created_at_start: end, created_at_end: end })).toEqual([late.fileId]);
    expect(await listIds({ created_at_start: end + 1 })).toEqual([]);
    expect(await listIds({ file_names: ['*.txt'], created_at_end: start })).toEqual([early.fileId]);
    expect(await listIds({ file_ids: [early.fileId], created_at_start: end })).toEqual([]);
  });

  it('of the last update follow an update, while those of the creation do not', async () => {
    const { client, clock } = server;
    const { fileId } = await client.complete('update times', ['parser'], text, long);
    const created = clock.unix();
    clock.advance(100);
    await client.update('update times', fileId, { file_description: 'changed' });
    const count = async (selectors: object) => (await client.list('update times', selectors)).body.items.length;
    expect(await count({ last_updated_start: created + 100, last_updated_end: created + 100 })).toBe(1);
    expect(await count({ last_updated_end: created + 99 })).toBe(0);
    expect(await count({ created_at_start: created, created_at_end: created })).toBe(1);
    expect(await count({ created_at_start: created + 1 })).toBe(0);
  });

  it('do not affect the warnings', async () => {
    const { client, clock } = server;
    const metadata = { ...long, file_name: 'known.txt' };
    await client.complete('missed times', ['parser'], text, metadata);
    const { body } = await client.list('missed times', {
      file_names: ['known.txt', 'unknown.txt'],
      created_at_start: clock.unix() + 1,
    });
    expect(body.items).toEqual([]);
    expect(body.warnings).toEqual([
      { 'WARNING: the following arguments returned zero results': [{ file_names: ['unknown.txt'] }] },
    ]);
  });

  it.each([-1, 9_007_199_254_740_991, 1e300, 253_402_300_800])('of %s do not make the server fail', async (seconds) => {
    const responses = await Promise.all([
      server.client.list('times', { created_at_start: seconds }),
      server.client.list('times', { last_updated_end: seconds }),
    ]);
    for (const { status } of responses) expect([200, 400]).toContain(status);
  });
});
