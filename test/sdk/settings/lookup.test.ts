import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fileId, hostedService, millraceService, runId } from '../support/hosted-service.js';

const otherFileId = '22222222-2222-4333-8444-555555555555';
const all = { symbolicDirectoryPaths: ['/*'] };

const item = (id: string, createdAt: string, fileName = 'a.txt') => ({
  last_updated: createdAt,
  process_id: runId,
  created_at: createdAt,
  file_metadata: {
    modules: { module_1: { parser: { model: 'sentence' } } },
    modules_data: { module_1: { parser: { num_lines: 2 } } },
  },
  file_tags: [{ my_tag: 'Some_Value' }],
  file_description: 'd',
  symbolic_directory_path: '/novels',
  pipeline: 'notes',
  file_id: id,
  expire_time: '2026-06-05 16:01:35',
  file_name: fileName,
});

const listing = (...items: unknown[]) => ({
  json: {
    request_id: 'r6',
    message: '',
    warnings: [{ 'WARNING: the following file_ids were not found': [otherFileId] }],
    items,
  },
});

describe('list()', () => {
  it('sends every field, with null for omitted ones and times in seconds', async () => {
    const { client, to } = await hostedService();
    await client.createPipeline('notes', ['parser']).list({
      fileIds: [fileId.toUpperCase()],
      fileNames: ['Report*'],
      symbolicDirectoryPaths: ['/Novels*'],
      symbolicFilePaths: ['/Novels/*.txt'],
      fileTags: [{ Author: '*' }],
      createdAtStart: '2024-05-01',
      createdAtEnd: '2024-05-01',
      lastUpdatedStart: new Date('2024-05-01T00:00:00Z'),
      maxFiles: 7,
      sortOrder: 'ascending',
    });
    expect(to('/krixik-core-list')[0]?.json).toEqual({
      pipeline: 'notes',
      version: expect.any(String) as unknown,
      file_ids: [fileId],
      file_names: ['report*'],
      symbolic_directory_paths: ['/novels*'],
      symbolic_file_paths: ['/novels/*.txt'],
      file_tags: [{ author: '*' }],
      max_files: 7,
      created_at_start: 1714521600,
      created_at_end: 1714521600 + 86_399,
      last_updated_start: 1714521600,
      last_updated_end: null,
    });
  });

  it('returns records with camel-case fields, dates and unchanged tags', async () => {
    const { client } = await hostedService({ '/krixik-core-list': listing(item(fileId, '2026-06-05 15:31:35')) });
    const page = await client.createPipeline('notes', ['parser']).list(all);
    expect(page.items).toEqual([
      {
        fileId,
        requestId: runId,
        fileName: 'a.txt',
        symbolicDirectoryPath: '/novels',
        symbolicFilePath: '/novels/a.txt',
        fileTags: [{ my_tag: 'Some_Value' }],
        fileDescription: 'd',
        createdAt: new Date('2026-06-05T15:31:35Z'),
        lastUpdated: new Date('2026-06-05T15:31:35Z'),
        expiresAt: new Date('2026-06-05T16:01:35Z'),
        modules: { module_1: { parser: { model: 'sentence' } } },
        modulesData: { module_1: { parser: { num_lines: 2 } } },
      },
    ]);
    expect(page.warnings).toEqual([`WARNING: the following file_ids were not found: ["${otherFileId}"]`]);
    const iterated: string[] = [];
    for await (const record of page) iterated.push(record.fileId);
    expect(iterated).toEqual([fileId]);
  });

  it('sorts by creation time, and keeps the order of the server for equal times', async () => {
    const ids = ['1', '2', '3'].map((digit) => fileId.replace(/^1/, digit));
    const { client } = await hostedService({
      '/krixik-core-list': listing(
        item(ids[0] ?? '', '2026-01-01 00:00:00'),
        item(ids[1] ?? '', '2026-01-02 00:00:00'),
        item(ids[2] ?? '', '2026-01-02 00:00:00'),
      ),
    });
    const pipeline = client.createPipeline('notes', ['parser']);
    const order = async (sortOrder?: 'ascending' | 'descending') =>
      (await pipeline.list({ ...all, sortOrder })).items.map((record) => record.fileId[0]);
    expect(await order()).toEqual(['2', '3', '1']);
    expect(await order('ascending')).toEqual(['1', '2', '3']);
  });

  it('names the invalid field of a response', async () => {
    const { client } = await hostedService({ '/krixik-core-list': listing({ ...item(fileId, 'yesterday') }) });
    await expect(client.createPipeline('notes', ['parser']).list(all)).rejects.toThrow(/items\.0\.created_at/);
  });
});

describe('update()', () => {
  it('sends the changes and returns the updated record', async () => {
    const { client, to } = await hostedService({ '/krixik-core-list': listing(item(fileId, '2026-06-05 15:31:35')) });
    const record = await client
      .createPipeline('notes', ['parser'])
      .update(fileId, { symbolicFilePath: '/New/Name.txt', fileTags: [] });
    expect(to('/krixik-core-update')[0]?.json).toEqual({
      pipeline: 'notes',
      version: expect.any(String) as unknown,
      file_id: fileId,
      file_name: 'name.txt',
      symbolic_directory_path: '/new',
      file_tags: [],
      file_description: null,
      expire_time: null,
    });
    expect(record.fileId).toBe(fileId);
  });

  it('rejects if the file expires before its record is read, without the id of a run', async () => {
    const { client } = await hostedService();
    const failure = client.createPipeline('notes', ['parser']).update(fileId, { fileTags: [] });
    await expect(failure).rejects.toMatchObject({ name: 'NotFoundError', requestId: undefined, exchangeId: 'r6' });
  });

  it('and delete() reject with a NotFinishedError if a response of 200 says so', async () => {
    const message = 'The output for associated with your input file_id has not finished processing';
    const { client } = await hostedService({
      '/krixik-core-update': { json: { request_id: 'r', message, warnings: [] } },
      '/krixik-core-delete': { json: { request_id: 'r', message, warnings: [] } },
    });
    const pipeline = client.createPipeline('notes', ['parser']);
    await expect(pipeline.update(fileId, { expireTime: 5000 })).rejects.toMatchObject({ name: 'NotFinishedError' });
    await expect(pipeline.delete(fileId)).rejects.toMatchObject({ name: 'NotFinishedError' });
  });
});

it.each([
  [{ status: 400, json: { message: 'file_id x was not found', request_id: 'r' } }],
  [{ status: 400, json: { message: 'file_id x does not belong to pipeline notes', request_id: 'r' } }],
  [{ status: 400, json: { message: 'gone', request_id: 'r', code: 'not_found' } }],
])('delete() rejects with a NotFoundError for an unknown file: %j', async (reply) => {
  const { client } = await hostedService({ '/krixik-core-delete': reply });
  const failure = client.createPipeline('notes', ['parser']).delete(fileId);
  await expect(failure).rejects.toMatchObject({ name: 'NotFoundError', exchangeId: 'r', status: 400 });
});

it("the error of process() has the call, the server's message, one piece of advice and the exchange ID", async () => {
  const problem = "a file with the symbolic path '/etc/a.txt' already exists in the pipeline 'notes'.";
  const message = `BAD REQUEST: ${problem} Choose another file name or directory, or delete that file first.`;
  const { client } = await millraceService({
    '/krixik-core-process': { status: 400, json: { message, request_id: 'r99', code: 'already_exists' } },
  });
  const failure = await client
    .createPipeline('notes', ['parser'])
    .process(Buffer.from('a few words'), { fileName: 'a.txt' })
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'api', serverCode: 'already_exists', exchangeId: 'r99', retryable: false });
  expect((failure as Error).message).toBe(
    `Could not process the byte array in pipeline 'notes': the server responded: ${problem} Choose a different fileName or symbolicDirectoryPath, or delete the existing file. (exchange r99)`,
  );
});

it('the error about a pipeline name with another chain has one piece of advice', async () => {
  const json = {
    message: 'BAD REQUEST: another chain: ocr. Use another pipeline name, or wait.',
    code: 'chain_conflict',
  };
  const { client } = await millraceService({ '/krixik-core-process': { status: 400, json } });
  await expect(
    client.createPipeline('notes', ['parser']).process(Buffer.from('a'), { fileName: 'a.txt' }),
  ).rejects.toThrow(/responded: another chain: ocr\. Choose a different pipeline name, or delete its files first\.$/);
});

it('list(), keywordSearch() and showTree() warn that a pipeline has no files yet', async () => {
  const nothing = { 'WARNING: the following arguments returned zero results': [{ symbolic_directory_paths: ['/*'] }] };
  const reply = { json: { request_id: 'r', message: '', warnings: [nothing, 'another'], items: [] } };
  const paths = ['/krixik-core-list', '/krixik-core-show-tree', '/keyword-search'];
  const { client } = await hostedService(Object.fromEntries(paths.map((path) => [path, reply])));
  const pipeline = client.createPipeline('notes', ['keyword-db']);
  for (const { warnings } of [
    await pipeline.list(all),
    await pipeline.keywordSearch('a mill', all),
    await pipeline.showTree(),
  ]) {
    expect(warnings).toEqual(["the pipeline 'notes' has no files yet", 'another']);
  }
});

describe('showTree()', () => {
  it('draws files and directories in order of first appearance', async () => {
    const items = ['/root.txt', '/my/dir/one.txt', '/my/dir/two.txt', '/v1.2/a=b.txt', '/my/last'];
    const { client, to } = await hostedService({
      '/krixik-core-show-tree': { json: { request_id: 'r7', message: '', warnings: [], items } },
    });
    const tree = await client.createPipeline('notes', ['parser']).showTree();
    expect(String(tree)).toBe(
      [
        '/',
        '├── root.txt',
        '├── /my',
        '│   ├── /dir',
        '│   │   ├── one.txt',
        '│   │   └── two.txt',
        '│   └── last',
        '└── /v1.2',
        '    └── a=b.txt',
      ].join('\n'),
    );
    expect(inspect(tree)).toBe(String(tree));
    expect(tree.paths).toEqual(items);
    expect(to('/krixik-core-show-tree')[0]?.json).toMatchObject({ symbolic_directory_path: '/*', max_files: 1000 });
  });

  it('draws an empty tree as the root', async () => {
    const { client } = await hostedService();
    expect(String(await client.createPipeline('notes', ['parser']).showTree('/My*'))).toBe('/');
  });
});

describe('search', () => {
  const searchItem = (id: string, createdAt: string, search_results: unknown[], counts: object) => ({
    file_id: id,
    file_metadata: {
      file_name: 'a.txt',
      symbolic_directory_path: '/etc',
      file_tags: [],
      created_at: createdAt,
      last_updated: createdAt,
      ...counts,
    },
    search_results,
  });

  it('for keywords returns their lines and positions', async () => {
    const { client, to } = await hostedService({
      '/keyword-search': {
        json: {
          request_id: 'r8',
          message: '',
          warnings: [{ 'WARNING: the following words in the query are in the stop_words list': ['the'] }],
          items: [
            searchItem(fileId, '2026-01-01 00:00:00', [{ keyword: 'countries', line_number: 3, keyword_number: 7 }], {
              num_lines: 40,
            }),
          ],
        },
      },
    });
    const result = await client
      .createPipeline('notes', ['keyword-db'])
      .keywordSearch(' the Country ', { fileIds: [fileId] });
    expect(to('/keyword-search')[0]?.json).toMatchObject({
      query: ' the Country ',
      pipeline_ordered_modules: ['keyword-db'],
    });
    expect(to('/keyword-search')[0]?.json).not.toHaveProperty('version');
    expect(result.items[0]?.hits).toEqual([{ keyword: 'countries', lineNumber: 3, keywordNumber: 7 }]);
    expect(result.items[0]?.file).toMatchObject({
      fileId,
      symbolicFilePath: '/etc/a.txt',
      numLines: 40,
      numVectors: null,
      model: null,
    });
    expect(result.warnings[0]).toMatch(/stop_words list: \["the"\]$/);
  });

  it('for meaning returns the nearest snippets of each file or of all files', async () => {
    const hit = (snippet: string, distance: number) => ({ snippet, distance, line_numbers: [1] });
    const { client, to } = await hostedService({
      '/semantic-search': {
        json: {
          request_id: 'r9',
          message: '',
          warnings: [],
          items: [
            searchItem(fileId, '2026-01-01 00:00:00', [hit('a', 0.1), hit('b', 0.4)], {
              num_vectors: 2,
              model: 'a-model',
            }),
            searchItem(otherFileId, '2026-01-02 00:00:00', [hit('c', 0.2), hit('d', 0.3)], { num_vectors: 2 }),
          ],
        },
      },
    });
    const pipeline = client.createPipeline('notes', ['parser', 'text-embedder', 'vector-db']);
    const byFile = await pipeline.semanticSearch('rain', { ...all, k: 2 });
    expect(byFile.items.map((each) => each.hits.map((one) => one.snippet))).toEqual([
      ['c', 'd'],
      ['a', 'b'],
    ]);
    expect(byFile.items.map(({ file }) => file.model)).toEqual([null, 'a-model']);
    const global = await pipeline.semanticSearch('rain', { ...all, k: 2, sortOrder: 'global' });
    expect(global.items.map((each) => each.hits[0]?.snippet)).toEqual(['a', 'c', 'd', 'b']);
    expect(to('/semantic-search')[0]?.json).toMatchObject({ k: 2, max_files: 1000 });
    expect(to('/semantic-search')[0]?.json).not.toHaveProperty('sort_order');
  });

  it('rejects with a ChainError if the chain has no module for it at its end', async () => {
    const { client, requests } = await hostedService();
    const pipeline = client.createPipeline('notes', ['parser'] as readonly ['parser']) as unknown as {
      keywordSearch: (query: string, options: object) => Promise<unknown>;
      semanticSearch: (query: string, options: object) => Promise<unknown>;
    };
    await expect(pipeline.keywordSearch('rain', all)).rejects.toThrow(
      /ending in 'keyword-db' for keywordSearch\(\), got one ending in 'parser'/,
    );
    await expect(pipeline.semanticSearch('rain', all)).rejects.toMatchObject({ code: 'chain' });
    expect(requests).toEqual([]);
  });

  it('respects the limits of the server', async () => {
    const { client, paths } = await hostedService();
    const pipeline = client.createPipeline('notes', ['parser', 'text-embedder', 'vector-db']);
    await expect(pipeline.semanticSearch('rain', { ...all, k: 11 })).rejects.toThrow(
      /`k` to be a whole number between 1 and 10, got 11/,
    );
    expect(paths()).toEqual(['/v1']);
  });
});

it('reset() deletes all files and returns their number', async () => {
  const remaining = ['1', '2', '3', '4', '5'].map((digit) => fileId.replace(/^1/, digit));
  const { client } = await hostedService({
    '/krixik-core-list': () => listing(...remaining.slice(0, 3).map((id) => item(id, '2026-01-01 00:00:00'))),
    '/krixik-core-delete': (seen) => {
      const index = remaining.indexOf(String(seen.json?.['file_id']));
      if (index < 0) return { status: 400, json: { message: 'not found', request_id: 'r', code: 'not_found' } };
      remaining.splice(index, 1);
      return { json: { request_id: 'r', message: 'Successfully deleted', warnings: [] } };
    },
  });
  const pipeline = client.createPipeline('notes', ['parser']);
  expect(await pipeline.reset()).toBe(5);
  expect(await pipeline.reset()).toBe(0);
});

it('reset() deletes in batches on a Millrace server until no files are left', async () => {
  const counts = [100, 50, 0];
  const { client, requests } = await millraceService({
    '/v1/files': (seen) => {
      expect([seen.method, seen.path]).toEqual(['DELETE', '/v1/files?pipeline=my%20notes']);
      const deleted = counts.shift()!;
      return { json: { deleted, more: deleted > 0 } };
    },
  });
  const progress: number[] = [];
  const pipeline = client.createPipeline('my notes', ['parser']);
  expect(await pipeline.reset({ onProgress: (deleted) => progress.push(deleted) })).toBe(150);
  expect(progress).toEqual([100, 150]);
  const keys = requests.filter(({ method }) => method === 'DELETE').map(({ headers }) => headers['idempotency-key']);
  expect(new Set(keys).size).toBe(3);
});

it('reset() counts a batch whose response was lost', async () => {
  const deleted = new Map<unknown, number>();
  const { client } = await millraceService({
    '/v1/files': ({ headers }) => {
      const key = headers['idempotency-key'];
      if (deleted.has(key)) return { json: { deleted: deleted.get(key), more: false } };
      deleted.set(key, 100);
      return { status: 502 };
    },
  });
  expect(await client.createPipeline('notes', ['parser']).reset()).toBe(100);
});

it('reset() deletes one by one on a server without the route', async () => {
  const listed = [[fileId], []];
  const { client } = await millraceService({
    '/krixik-core-list': () => listing(...listed.shift()!.map((id) => item(id, '2026-01-01 00:00:00'))),
    '/krixik-core-delete': { json: { request_id: 'r', message: 'Successfully deleted', warnings: [] } },
    '/v1/files': {
      status: 404,
      json: { error: { code: 'not_found', message: 'There is no endpoint', exchangeId: 'e' } },
    },
  });
  expect(await client.createPipeline('notes', ['parser']).reset()).toBe(1);
});
