import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListItem } from '../support/clients/hosted-responses.js';
import type { AddedFile } from '../support/clients/hosted-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ parked: ['summarize'] });
});
afterAll(() => server.close());

const text = 'The mill stood by the river. Its wheel had stopped.';
const metadata = {
  file_name: 'mill.txt',
  symbolic_directory_path: '/rivers',
  file_tags: [{ kind: 'mill' }, { state: 'old' }],
  file_description: 'A mill.',
  expire_time: 100_000,
};

async function itemOf({ pipeline, fileId }: AddedFile): Promise<ListItem> {
  const [item] = (await server.client.list(pipeline, { file_ids: [fileId] })).body.items;
  if (!item) throw new Error('Expected the file to be listed');
  return item;
}

describe('update', () => {
  it('returns its keys in the recorded order', async () => {
    const file = await server.client.complete('update shape', ['parser'], text);
    const { status, body } = await server.client.update('update shape', file.fileId, { file_name: 'other.txt' });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['pipeline', 'request_id', 'message', 'warnings']);
    expect(body).toEqual({
      pipeline: 'update shape',
      request_id: expect.any(String) as string,
      message: 'Successfully updated file metadata',
      warnings: [],
    });
  });

  it.each<[string, object, object]>([
    ['the name', { file_name: 'Wheel.TXT' }, { file_name: 'Wheel.TXT' }],
    ['the directory', { symbolic_directory_path: '/' }, { symbolic_directory_path: '/' }],
    ['all tags', { file_tags: [{ new: 'tag' }] }, { file_tags: [{ new: 'tag' }] }],
    ['the tags to an empty list', { file_tags: [] }, { file_tags: [] }],
    ['the description', { file_description: 'Ein Rad.' }, { file_description: 'Ein Rad.' }],
    ['the description to an empty text', { file_description: '' }, { file_description: '' }],
  ])('changes %s and keeps all other fields', async (what, change, expected) => {
    const { client, clock } = server;
    const file = await client.complete(`update ${what}`, ['parser'], text, metadata);
    const before = await itemOf(file);
    clock.advance(60);
    expect((await client.update(file.pipeline, file.fileId, change)).status).toBe(200);
    expect(await itemOf(file)).toEqual({ ...before, ...expected, last_updated: clock.timestamp() });
  });

  it('counts a new expiry from now, and otherwise keeps the old one', async () => {
    const { client, clock } = server;
    const file = await client.complete('update expiry', ['parser'], text, metadata);
    const { expire_time: before } = await itemOf(file);
    clock.advance(500);
    await client.update('update expiry', file.fileId, { file_description: 'x' });
    expect((await itemOf(file)).expire_time).toBe(before);
    await client.update('update expiry', file.fileId, { expire_time: 7200 });
    expect((await itemOf(file)).expire_time).toBe(clock.timestamp(7200));
  });

  it('makes a file found by its new name and tags, and no longer by the old ones', async () => {
    const { client } = server;
    const file = await client.complete('update found', ['parser'], text, metadata);
    const change = { file_name: 'new.txt', symbolic_directory_path: '/lakes', file_tags: [{ kind: 'lake' }] };
    await client.update('update found', file.fileId, change);
    const count = async (selectors: object) => (await client.list('update found', selectors)).body.items.length;
    expect(await count({ file_names: ['mill.txt'] })).toBe(0);
    expect(await count({ symbolic_directory_paths: ['/rivers'] })).toBe(0);
    expect(await count({ file_tags: [{ kind: 'mill' }] })).toBe(0);
    expect(await count({ symbolic_file_paths: ['/lakes/new.txt'] })).toBe(1);
    expect(await count({ file_tags: [{ kind: '*' }] })).toBe(1);
    expect((await client.showTree('update found')).body.items).toEqual(['/lakes/new.txt']);
  });

  it('accepts the current values, and its own path in another case', async () => {
    const file = await server.client.complete('update same', ['parser'], text, metadata);
    const { expire_time: _, ...same } = metadata;
    expect((await server.client.update('update same', file.fileId, same)).status).toBe(200);
    expect((await server.client.update('update same', file.fileId, { file_name: 'MILL.txt' })).status).toBe(200);
    expect((await itemOf(file)).file_name).toBe('MILL.txt');
  });

  it('accepts an empty update', async () => {
    const file = await server.client.complete('update nothing', ['parser'], text, metadata);
    expect((await server.client.update('update nothing', file.fileId, {})).status).toBe(200);
  });

  it('accepts tags as a list item returns them', async () => {
    const file = await server.client.complete('update tags', ['parser'], text, metadata);
    const { file_tags } = await itemOf(file);
    await server.client.update('update tags', file.fileId, { file_tags });
    expect((await itemOf(file)).file_tags).toEqual(file_tags);
  });
});

describe('an update that conflicts or is invalid', () => {
  it('is rejected if another file has the path', async () => {
    const { client } = server;
    const chain = ['json-to-txt', 'summarize'];
    await client.add('update taken', chain, '[{"snippet": "a"}]', { file_name: 'processing.json' });
    await client.process('update taken', chain, { file_name: 'reserved.json' });
    await client.complete('update taken ready', ['parser'], text, { file_name: 'Ready.txt' });
    const file = await client.complete('update taken ready', ['parser'], text, { file_name: 'mine.txt' });
    const { status, body } = await client.update('update taken ready', file.fileId, { file_name: 'ready.TXT' });
    expect(status).toBe(400);
    expect(body.message).toContain('already exists');
    expect(body.request_id).toEqual(expect.any(String));
    expect((await itemOf(file)).file_name).toBe('mine.txt');
  });

  it('is rejected if it changes the extension', async () => {
    const file = await server.client.complete('update extension', ['parser'], text, metadata);
    for (const file_name of ['mill.pdf', 'mill', 'mill.txt.json']) {
      expect((await server.client.update('update extension', file.fileId, { file_name })).status).toBe(400);
    }
  });

  it.each([randomUUID(), 'x', ''])('is rejected for the unknown id %j', async (id) => {
    const { status, body } = await server.client.update('update unknown', id, { file_name: 'a.txt' });
    expect(status).toBe(400);
    expect(body.request_id).toEqual(expect.any(String));
  });

  it('is rejected with the name of another pipeline', async () => {
    const file = await server.client.complete('update owner', ['parser'], text, metadata);
    const { status, body } = await server.client.update('update thief', file.fileId, { file_name: 'a.txt' });
    expect(status).toBe(400);
    expect(body.message).toContain('does not belong to pipeline');
  });

  it('returns a 200 with a message while the file is reserved or in process', async () => {
    const { client } = server;
    const file = await client.add('update early', ['summarize'], text);
    const reserved = (await client.process('update early', ['summarize'])).body.file_id;
    for (const id of [file.fileId, reserved]) {
      const { status, body } = await client.update('update early', id, { file_name: 'a.txt' });
      expect(status).toBe(200);
      expect(body.message).toContain('The output for associated with your input file_id has not finished processing');
      expect(body.request_id).toEqual(expect.any(String));
    }
  });

  it('is rejected for a file whose run failed', async () => {
    const file = await server.client.add('update failed', ['json-to-txt'], 'no JSON');
    await server.client.settle(file);
    const { status, body } = await server.client.update('update failed', file.fileId, { file_name: 'a.json' });
    expect(status).toBe(400);
    expect(body.request_id).toEqual(expect.any(String));
  });

  it.each<[string, object]>([
    ['an empty name', { file_name: '' }],
    ['a name with a slash', { file_name: 'a/b.txt' }],
    ['a relative directory', { symbolic_directory_path: 'rivers' }],
    ['a tag with two entries', { file_tags: [{ a: '1', b: '2' }] }],
    ['an expiry of 0', { expire_time: 0 }],
  ])('is rejected with %s, and changes nothing', async (what, change) => {
    const file = await server.client.complete(`update ${what}`, ['parser'], text, metadata);
    const before = await itemOf(file);
    const { status, body } = await server.client.update(file.pipeline, file.fileId, change);
    expect(status).toBe(400);
    expect(body.message).toContain(Object.keys(change)[0]);
    expect(await itemOf(file)).toEqual(before);
  });

  it('succeeds for only one of many that want the same path', async () => {
    const { client } = server;
    const files = await Promise.all(Array.from({ length: 5 }, () => client.complete('update race', ['parser'], text)));
    const responses = await Promise.all(
      files.map(({ fileId }) => client.update('update race', fileId, { file_name: 'wanted.txt' })),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
  });
});
