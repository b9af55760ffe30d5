import type { KeywordHit, SearchedFile } from 'millrace/shared/types/search.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AddedFile } from '../support/clients/hosted-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import type { V1ErrorBody } from '../support/clients/v1-client.js';

interface Page {
  readonly items: { file: SearchedFile; hits: KeywordHit[] }[];
  readonly warnings: Record<string, unknown>[];
  readonly nextCursor: string | null;
}

let server: TestServer;
let files: AddedFile[];
beforeAll(async () => {
  server = await startTestServer({ secondAccount: true });
  files = [];
  for (const [i, text] of ['a wolf', 'wolf and wolves\n'.repeat(10), 'no such animal', 'wolf\nwolf'].entries()) {
    server.clock.advance(1);
    const options = { file_name: `wood-${i}.txt`, file_tags: [{ part: String(i) }] };
    files.push(await server.client.complete('woods', ['keyword-db'], text, options));
  }
});
afterAll(() => server.close());

const search = (body: object) => server.v1.post<Page>('/v1/keyword-search', { pipeline: 'woods', ...body });

async function allPages(body: object): Promise<Page[]> {
  const pages: Page[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { status, body: page } = await search({ ...body, cursor });
    expect(status).toBe(200);
    pages.push(page);
    cursor = page.nextCursor;
  }
  return pages;
}

const flattenHits = (pages: readonly Page[]) =>
  pages.flatMap(({ items }) =>
    items.flatMap(({ file, hits }) =>
      hits.map(({ keyword, lineNumber, keywordNumber }) => [file.fileId, keyword, lineNumber, keywordNumber]),
    ),
  );

describe('a keyword search in pages', () => {
  it.each([1, 3, 7, 23, 1000])('returns each hit once and in order in pages of %i', async (limit) => {
    const whole = await server.client.keywordSearch('woods', 'wolf', { symbolic_directory_paths: ['/*'] });
    const expected = whole.body.items.flatMap((item) =>
      item.search_results.map((hit) => [item.file_id, hit.keyword, hit.line_number, hit.keyword_number]),
    );
    expect(expected).toHaveLength(23);
    const pages = await allPages({ query: 'wolf', symbolicDirectoryPaths: ['/*'], limit });
    expect(flattenHits(pages)).toEqual(expected);
    for (const page of pages) expect(flattenHits([page]).length).toBeLessThanOrEqual(limit);
    expect(pages.length).toBeGreaterThanOrEqual(Math.ceil(23 / limit));
  });

  it('describes the file of each item', async () => {
    const { body } = await search({ query: 'wolf', fileIds: [files[0]!.fileId] });
    const at = new Date(server.clock.now().getTime() - 3000).toISOString();
    expect(body).toEqual({
      items: [
        {
          file: {
            fileId: files[0]!.fileId,
            fileName: 'wood-0.txt',
            symbolicDirectoryPath: '/etc',
            symbolicFilePath: '/etc/wood-0.txt',
            fileTags: [{ part: '0' }],
            createdAt: at,
            lastUpdated: at,
            numLines: 1,
          },
          hits: [{ keyword: 'wolf', lineNumber: 1, keywordNumber: 2 }],
        },
      ],
      warnings: [],
      nextCursor: null,
    });
  });

  it('applies the file filters across pages', async () => {
    const countHits = async (body: object) => flattenHits(await allPages({ query: 'wolf', limit: 2, ...body })).length;
    expect(await countHits({})).toBe(23);
    expect(await countHits({ fileNames: ['wood-3.txt'], fileIds: [files[0]!.fileId] })).toBe(3);
    expect(await countHits({ fileNames: ['*-3.txt', 'wood-1*'] })).toBe(22);
    expect(await countHits({ fileTags: [{ part: '1' }, { part: '3' }] })).toBe(22);
    expect(await countHits({ symbolicFilePaths: ['/etc/wood-1.txt'] })).toBe(20);
    const end = new Date((server.clock.unix() - 1) * 1000).toISOString();
    expect(await countHits({ symbolicDirectoryPaths: ['/*'], createdAtEnd: end })).toBe(21);
    expect(await countHits({ fileIds: [] })).toBe(0);
  });

  it('warns only on the first page about filters and words that match nothing', async () => {
    const [first, second] = await allPages({ query: 'the wolf', fileNames: ['wood*', 'nobody.txt'], limit: 20 });
    expect(first!.warnings.flatMap((warning) => Object.values(warning))).toEqual([
      [{ file_names: ['nobody.txt'] }],
      ['the'],
    ]);
    expect(second!.warnings).toEqual([]);
  });

  it('finds nothing in another account or in a pipeline without files', async () => {
    const other = await fetch(`${server.url}/v1/keyword-search`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.otherKey}` },
      body: JSON.stringify({ pipeline: 'woods', query: 'wolf', fileIds: [files[0]!.fileId] }),
    });
    expect(await other.json()).toMatchObject({ items: [], nextCursor: null });
    expect((await search({ pipeline: 'nowhere', query: 'wolf' })).body).toMatchObject({ items: [], nextCursor: null });
  });

  it.each([
    [{ query: 'wolf', cursor: 'x' }, '`cursor`'],
    [{ query: 'wolf', limit: 0 }, 'limit'],
    [{ query: 'wolf', limit: 10_001 }, 'limit'],
    [{ query: ' ' }, 'query'],
    [{ query: 'wolf', fileNames: ['a**'] }, 'fileNames'],
    [{ query: 'wolf', createdAtStart: '2031-02-15T00:00:00Z', createdAtEnd: '2031-02-14T00:00:00Z' }, 'createdAtStart'],
    [{ query: 'wolf', createdAtStart: 'yesterday' }, 'createdAtStart'],
  ])('is rejected with %j', async (body, named) => {
    const { status, body: error } = await server.v1.post<V1ErrorBody>('/v1/keyword-search', {
      pipeline: 'woods',
      ...body,
    });
    expect([status, error.error.code]).toEqual([400, 'validation']);
    expect(error.error.message).toContain(named);
    expect(error.error.message).not.toContain('_');
  });

  it('needs a chain that ends in keyword-db', async () => {
    await server.client.complete('no words', ['parser'], 'A wolf.');
    const { status, text } = await search({ pipeline: 'no words', query: 'wolf' });
    expect(status).toBe(400);
    expect(text).toContain("this pipeline's chain is parser");
  });
});
