import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Queryable } from '../../src/store/db/db.js';
import { matchPatterns, parseNamePattern, type FilePattern } from '../../src/store/tables/files/match-patterns.js';
import type { Selectors } from '../support/clients/hosted-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

/** The files of one pipeline from which every test selects: name, directory, tags. */
const shelf: readonly [name: string, directory: string, tags?: Record<string, string>[]][] = [
  ['root.txt', '/'],
  ['default.txt', '/etc'],
  ['one.txt', '/my', [{ author: 'ann' }, { kind: 'note' }]],
  ['two.txt', '/my/dir', [{ author: 'bob' }]],
  ['Three.TXT', '/My/Dir/Deep', [{ Author: 'Ann' }]],
  ['four.txt', '/mystery', [{ kind: 'ann' }]],
  ['100%_done.txt', '/odd'],
  ['100x-done.txt', '/odd'],
  ['back\\slash.txt', '/odd'],
  ['Ελλάς.txt', '/Büro/東京', [{ Straße: 'Zürich' }]],
  ['cafe\u0301.txt', '/accents'],
  ['\u{10ffff}\u{10ffff}.txt', '/end'],
];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await Promise.all(
    shelf.map(([file_name, symbolic_directory_path, file_tags = []]) =>
      server.client.complete('shelf', ['parser'], 'A short text. It is the same for all.', {
        file_name,
        symbolic_directory_path,
        file_tags,
      }),
    ),
  );
});
afterAll(() => server.close());

async function find(selectors: Selectors): Promise<string[]> {
  const { status, text, body } = await server.client.list('shelf', selectors);
  if (status !== 200) throw new Error(`Expected a list, got ${text}`);
  return body.items.map((item) => item.file_name).sort();
}

const all = shelf.map(([name]) => name).sort();
const odd = ['100%_done.txt', '100x-done.txt', 'back\\slash.txt'];

/** So many patterns that all are compared in one pass. They match nothing. */
const manyPatterns = Array.from({ length: 9 }, (_, i) => `nothing-${i}*`);

it('list warns which of many patterns matched nothing, as they were sent', async () => {
  const { body } = await server.client.list('shelf', {
    file_names: ['ONE*', '*None', ...manyPatterns],
    symbolic_file_paths: ['/my/Nine*', '/My/*o*'],
  });
  expect(body.items.map((item) => item.file_name)).toEqual(['one.txt']);
  const [warning] = body.warnings;
  expect(Object.values(warning ?? {})).toEqual([
    [{ file_names: ['*None', ...manyPatterns] }, { symbolic_file_paths: ['/my/Nine*'] }],
  ]);
});

it('matchPatterns compares hundreds of patterns with thousands of long, repetitive names in one pass', async () => {
  const files = Array.from({ length: 4999 }, (_, i) => ({
    id: String(i),
    directory_key: '/',
    name_key: 'a'.repeat(250) + String(i),
  }));
  let pages = 0;
  const db = {
    query: () => Promise.resolve({ rows: files.slice(1000 * pages, 1000 * ++pages), affected: 0 }),
  } as unknown as Queryable;
  const patterns = Array.from({ length: 500 }, (_, i): FilePattern => {
    const value = `*${'a'.repeat(i / 4)}b${'a'.repeat(100)}*`;
    return { argument: 'file_names', value, name: parseNamePattern(value) };
  });
  const last: FilePattern = { argument: 'file_names', value: '*4998', name: parseNamePattern('*4998') };
  expect(await matchPatterns(db, '', [], [...patterns, last])).toEqual({ ids: ['4998'], missed: patterns });
});

describe('file_names', () => {
  it.each<[string, string[]]>([
    ['one.txt', ['one.txt']],
    ['ONE.TXT', ['one.txt']],
    ['three.txt', ['Three.TXT']],
    ['one', []],
    ['one*', ['one.txt']],
    ['*e.txt', ['100%_done.txt', '100x-done.txt', 'Three.TXT', 'one.txt']],
    ['*E.TXT', ['100%_done.txt', '100x-done.txt', 'Three.TXT', 'one.txt']],
    ['*o*', ['100%_done.txt', '100x-done.txt', 'four.txt', 'one.txt', 'root.txt', 'two.txt']],
    ['t*', ['Three.TXT', 'two.txt']],
    ['*.pdf', []],
    ['*100%_*', ['100%_done.txt']],
    ['100%*', ['100%_done.txt']],
    ['back\\slash.txt', ['back\\slash.txt']],
    ['back\\*', ['back\\slash.txt']],
    ['100_-done.txt', []],
    ['ελλάς.txt', ['Ελλάς.txt']],
    ['*λλά*', ['Ελλάς.txt']],
    ['caf\u00e9.txt', ['cafe\u0301.txt']],
    ['*\u00e9.txt', ['cafe\u0301.txt']],
    ['\u{10ffff}*', ['\u{10ffff}\u{10ffff}.txt']],
  ])('select files by %s', async (name, expected) => {
    expect(await find({ file_names: [name] })).toEqual([...expected].sort());
    expect(await find({ file_names: [name, ...manyPatterns] })).toEqual([...expected].sort());
  });
});

describe('symbolic_directory_paths', () => {
  it.each<[string, string[]]>([
    ['/', ['root.txt']],
    ['/*', all],
    ['/etc', ['default.txt']],
    ['/etc/*', ['default.txt']],
    ['/etc*', ['default.txt']],
    ['/my', ['one.txt']],
    ['/MY', ['one.txt']],
    ['/my/*', ['Three.TXT', 'one.txt', 'two.txt']],
    ['/my*', ['Three.TXT', 'four.txt', 'one.txt', 'two.txt']],
    ['/my/d*', ['Three.TXT', 'two.txt']],
    ['/my/dir/*', ['Three.TXT', 'two.txt']],
    ['/my/dir/deep', ['Three.TXT']],
    ['/my/di', []],
    ['/my/one.txt', []],
    ['/büro/東京', ['Ελλάς.txt']],
    ['/BÜRO/*', ['Ελλάς.txt']],
    ['/od_*', []],
    ['/o%*', []],
  ])('select files by %s', async (directory, expected) => {
    expect(await find({ symbolic_directory_paths: [directory] })).toEqual([...expected].sort());
    expect(await find({ symbolic_directory_paths: [directory, ...manyPatterns.map((text) => `/x${text}`)] })).toEqual(
      [...expected].sort(),
    );
  });
});

describe('symbolic_file_paths', () => {
  it.each<[string, string[]]>([
    ['/root.txt', ['root.txt']],
    ['/etc/default.txt', ['default.txt']],
    ['/my/one.txt', ['one.txt']],
    ['/my/dir/deep/three.txt', ['Three.TXT']],
    ['/one.txt', []],
    ['/my/two.txt', []],
    ['/my/*.txt', ['one.txt']],
    ['/my/o*', ['one.txt']],
    ['/my*/two.txt', ['two.txt']],
    ['/my/*/t*', ['Three.TXT', 'two.txt']],
    ['/*/*.txt', all],
    ['/odd/100%_d*', ['100%_done.txt']],
    ['/büro/東京/ελλάς.txt', ['Ελλάς.txt']],
  ])('select files by %s', async (path, expected) => {
    expect(await find({ symbolic_file_paths: [path] })).toEqual([...expected].sort());
    expect(await find({ symbolic_file_paths: [path, ...manyPatterns.map((text) => `/x${text}`)] })).toEqual(
      [...expected].sort(),
    );
  });
});

describe('file_tags', () => {
  it.each<[Record<string, string>, string[]]>([
    [{ author: 'ann' }, ['Three.TXT', 'one.txt']],
    [{ AUTHOR: 'ANN' }, ['Three.TXT', 'one.txt']],
    [{ author: '*' }, ['Three.TXT', 'one.txt', 'two.txt']],
    [{ kind: 'note' }, ['one.txt']],
    [{ kind: 'ann' }, ['four.txt']],
    [{ ann: '*' }, []],
    [{ author: 'an' }, []],
    [{ straße: 'zürich' }, ['Ελλάς.txt']],
  ])('select files by %j', async (tag, expected) => {
    expect(await find({ file_tags: [tag] })).toEqual([...expected].sort());
  });

  it('of an item select that item again', async () => {
    for (const item of (await server.client.list('shelf')).body.items.filter(({ file_tags }) => file_tags.length > 0)) {
      expect(await find({ file_tags: item.file_tags })).toContain(item.file_name);
    }
  });
});

describe('several arguments', () => {
  it('are combined by OR, within one argument and across all', async () => {
    expect(await find({ file_names: ['one.txt', 'two.txt'] })).toEqual(['one.txt', 'two.txt']);
    expect(
      await find({
        file_names: ['one.txt'],
        symbolic_directory_paths: ['/'],
        symbolic_file_paths: ['/etc/default.txt'],
        file_tags: [{ kind: 'ann' }],
      }),
    ).toEqual(['default.txt', 'four.txt', 'one.txt', 'root.txt']);
  });

  it('can have thousands of values', async () => {
    const names = Array.from({ length: 5000 }, (_, i) => `absent-${i}.txt`);
    const { body } = await server.client.list('shelf', { file_names: [...names, 'one.txt'] });
    expect(body.items.map((item) => item.file_name)).toEqual(['one.txt']);
    expect(body.warnings).toEqual([
      { 'WARNING: the following arguments returned zero results': [{ file_names: names }] },
    ]);
  });
});

describe('show-tree', () => {
  it('selects directories by the same rules', async () => {
    const tree = async (directory: string) => (await server.client.showTree('shelf', directory)).body.items.sort();
    expect(await tree('/odd')).toEqual(odd.map((name) => `/odd/${name}`).sort());
    expect(await tree('/my/*')).toEqual(['/My/Dir/Deep/Three.TXT', '/my/dir/two.txt', '/my/one.txt']);
    expect(await tree('/')).toEqual(['/root.txt']);
  });
});
