import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
let fileId: string;
beforeAll(async () => {
  server = await startTestServer();
  const metadata = { file_name: 'known.txt', symbolic_directory_path: '/known', file_tags: [{ known: 'yes' }] };
  fileId = (await server.client.complete('warned', ['keyword-db'], 'A kettle sings.', metadata)).fileId;
});
afterAll(() => server.close());

const notFound = 'WARNING: the following file_ids were not found';
const zeroResults = 'WARNING: the following arguments returned zero results';

const missing = [randomUUID(), randomUUID(), 'no-id-at-all'];
const misses = {
  file_ids: missing,
  file_names: ['unknown.txt', '*.none'],
  symbolic_directory_paths: ['/unknown', '/unknown/*'],
  symbolic_file_paths: ['/unknown/known.txt', '/known/x*'],
  file_tags: [{ unknown: 'yes' }, { unknown: '*' }],
};
const allWarnings = [
  { [notFound]: missing },
  {
    [zeroResults]: [
      { file_names: misses.file_names },
      { symbolic_directory_paths: misses.symbolic_directory_paths },
      { symbolic_file_paths: misses.symbolic_file_paths },
      { file_tags: [{ unknown: 'yes' }] },
      { file_tags_keys: ['unknown'] },
    ],
  },
];

describe('a request with selectors', () => {
  it('warns of missing ids first, then of each argument without results, with the values as sent', async () => {
    expect((await server.client.list('warned', misses)).body.warnings).toEqual(allWarnings);
  });

  it('names a tag with a wildcard value by its key', async () => {
    const { body } = await server.client.list('warned', { file_tags: [{ author: '*' }] });
    expect(body.warnings).toEqual([{ [zeroResults]: [{ file_tags_keys: ['author'] }] }]);
  });

  it('does not warn of values that found a file', async () => {
    const { body } = await server.client.list('warned', {
      file_ids: [missing[0]!, fileId],
      file_names: ['known.txt', 'unknown.txt'],
      symbolic_directory_paths: ['/known'],
      file_tags: [{ known: '*' }],
    });
    expect(body.warnings).toEqual([{ [notFound]: [missing[0]] }, { [zeroResults]: [{ file_names: ['unknown.txt'] }] }]);
  });

  it('has no warnings if every given argument found a file', async () => {
    expect((await server.client.list('warned', { file_names: ['known.txt'] })).body.warnings).toEqual([]);
    expect((await server.client.list('warned')).body.warnings).toEqual([]);
  });

  it('warns of one missing path although another argument found a file', async () => {
    const { body } = await server.client.list('warned', {
      file_names: ['known.txt'],
      symbolic_directory_paths: ['/no'],
    });
    expect(body.items).toHaveLength(1);
    expect(body.warnings).toEqual([{ [zeroResults]: [{ symbolic_directory_paths: ['/no'] }] }]);
  });

  it('repeats values in their case', async () => {
    const { body } = await server.client.list('warned', { file_names: ['UnKnown.TXT'] });
    expect(body.warnings).toEqual([{ [zeroResults]: [{ file_names: ['UnKnown.TXT'] }] }]);
  });

  it('names a missing id once, even if it was given twice', async () => {
    const id = randomUUID();
    expect((await server.client.list('warned', { file_ids: [id, id] })).body.warnings).toEqual([{ [notFound]: [id] }]);
  });

  it('warns of more missing ids with `*` than it accepts patterns', async () => {
    const values = Array.from({ length: 501 }, (_, i) => `${i}*`);
    expect((await server.client.list('warned', { file_ids: values })).body.warnings).toEqual([{ [notFound]: values }]);
    const { status, body } = await server.client.list('warned', { file_names: values });
    expect([status, body.message]).toEqual([400, expect.stringContaining('Expected at most 500 patterns')]);
  });

  it('gives the same warnings in both searches', async () => {
    for (const { status, body } of [
      await server.client.keywordSearch('warned', 'kettle', misses),
      await server.client.semanticSearch('warned', 'kettle', misses),
    ]) {
      expect(status).toBe(200);
      expect(body.message).toBe('No files were found for the given query arguments');
      expect(body.warnings).toEqual(allWarnings);
      expect(body.items).toEqual([]);
    }
  });

  it('puts these warnings before the warnings of a search', async () => {
    const { body } = await server.client.keywordSearch('warned', 'the saucepan', {
      ...misses,
      file_ids: [fileId, missing[1]!],
    });
    expect(body.warnings.map((warning) => Object.keys(warning)[0])).toEqual([
      notFound,
      zeroResults,
      'WARNING: the following words in the query are in the stop_words list and thus no results will be returned for them',
      'WARNING: the following file_ids returned no results for the given query',
    ]);
  });
});
