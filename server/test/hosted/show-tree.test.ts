import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
const paths = [
  ['a.txt', '/'],
  ['b.txt', '/top'],
  ['c.txt', '/top/sub'],
  ['d.txt', '/topper'],
] as const;

beforeAll(async () => {
  server = await startTestServer({ parked: ['summarize'] });
  for (const [file_name, symbolic_directory_path] of paths) {
    await server.client.complete('tree', ['parser'], 'A leaf. A twig.', {
      file_name,
      symbolic_directory_path,
      expire_time: 100_000,
    });
    server.clock.advance(1);
  }
});
afterAll(() => server.close());

describe('show-tree', () => {
  it('always has its four keys', async () => {
    for (const { status, body } of [
      await server.client.showTree('tree'),
      await server.client.showTree('tree', '/nowhere'),
      await server.client.showTree('no such pipeline'),
    ]) {
      expect(status).toBe(200);
      expect(Object.keys(body).sort()).toEqual(['items', 'message', 'request_id', 'warnings']);
    }
  });

  it('returns full paths, with one slash for files in the root', async () => {
    const { items } = (await server.client.showTree('tree')).body;
    expect([...items].sort()).toEqual(['/a.txt', '/top/b.txt', '/top/sub/c.txt', '/topper/d.txt']);
  });

  it('returns paths with which list finds the same files of this pipeline', async () => {
    await server.client.complete('other tree', ['parser'], 'A root.', {
      file_name: 'a.txt',
      symbolic_directory_path: '/',
    });
    const { items } = (await server.client.showTree('tree')).body;
    const listed = (await server.client.list('tree', { symbolic_file_paths: items })).body;
    expect(listed.items).toHaveLength(items.length);
    expect(listed.warnings).toEqual([]);
    expect(new Set(listed.items.map((item) => item.pipeline))).toEqual(new Set(['tree']));
  });

  it.each([
    ['/', ['/a.txt']],
    ['/top', ['/top/b.txt']],
    ['/top/*', ['/top/b.txt', '/top/sub/c.txt']],
    ['/top*', ['/top/b.txt', '/top/sub/c.txt', '/topper/d.txt']],
    ['/nowhere', []],
  ])('returns the files of %s', async (directory, expected) => {
    expect((await server.client.showTree('tree', directory)).body.items.sort()).toEqual(expected);
  });

  it('returns all files without a directory', async () => {
    const { body } = await server.client.call<{ items: string[] }>('/krixik-core-show-tree', { pipeline: 'tree' });
    expect(body.items).toHaveLength(4);
  });

  it('returns only the newest max_files', async () => {
    expect((await server.client.showTree('tree', '/*', 2)).body.items).toEqual(['/topper/d.txt', '/top/sub/c.txt']);
  });

  it('warns of a directory without files', async () => {
    expect((await server.client.showTree('tree', '/nowhere')).body.warnings).toEqual([
      { 'WARNING: the following arguments returned zero results': [{ symbolic_directory_paths: ['/nowhere'] }] },
    ]);
  });

  it('omits unfinished files', async () => {
    await server.client.add('growing', ['summarize'], 'Soon.');
    expect((await server.client.showTree('growing')).body.items).toEqual([]);
  });

  it.each(['relative', '', '/ends/', '/a//b', '**'])('rejects the directory %j', async (directory) => {
    const { status, body } = await server.client.showTree('tree', directory);
    expect(status).toBe(400);
    expect(body).toMatchObject({ request_id: expect.any(String) as string, items: [], warnings: [] });
    expect(body.message).toContain('symbolic_directory_path');
  });
});
