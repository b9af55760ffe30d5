import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ValidationError, type Pipeline } from 'millrace';
import { describe, expect, it } from 'vitest';
import { fileId, hostedService, millraceService, runId } from '../support/hosted-service.js';
import { scratch, textFile } from '../support/scratch.js';

type Any = Pipeline<readonly ['parser', 'text-embedder', 'vector-db']> & Pipeline<readonly ['keyword-db']>;
type Call = (pipeline: Any) => Promise<unknown>;

const all = { symbolicDirectoryPaths: ['/*'] };

/** Calls that are invalid on any server, with the path of the argument that the error names. */
const invalidCalls: [call: string, Call, path: (string | number)[]][] = [
  ['list({})', (p) => p.list({}), []],
  ['list() with an unknown field', (p) => p.list({ ...all, fileID: [fileId] } as never), ['fileID']],
  ['list() with an unknown option', (p) => p.list(all, { retries: 3 } as never), ['retries']],
  ['list() with no IDs', (p) => p.list({ fileIds: [] }), ['fileIds']],
  ['list() with an invalid ID', (p) => p.list({ fileIds: [fileId, 'x'] }), ['fileIds', 1]],
  ['list() with no tags', (p) => p.list({ fileTags: [] }), ['fileTags']],
  ['list() with a file name of another type', (p) => p.list({ fileNames: ['a.mp3'] }), ['fileNames', 0]],
  ['list() with maxFiles 0', (p) => p.list({ ...all, maxFiles: 0 }), ['maxFiles']],
  ['list() with sortOrder global', (p) => p.list({ ...all, sortOrder: 'global' as never }), ['sortOrder']],
  ['list() with an invalid date', (p) => p.list({ createdAtStart: '2024-02-30' }), ['createdAtStart']],
  [
    'list() with a start after the end',
    (p) => p.list({ createdAtStart: '2025-01-02', createdAtEnd: '2025-01-01' }),
    ['createdAtStart'],
  ],
  ['list() with an invalid signal', (p) => p.list(all, { signal: {} as never }), ['signal']],
  ['update() without changes', (p) => p.update(fileId, {}), []],
  ['update() of an invalid ID', (p) => p.update('x', { expireTime: 5000 }), ['fileId']],
  [
    'update() with a directory pattern',
    (p) => p.update(fileId, { symbolicDirectoryPath: '/a*' }),
    ['symbolicDirectoryPath'],
  ],
  [
    'update() with two paths',
    (p) => p.update(fileId, { symbolicFilePath: '/a.txt', fileName: 'a.txt' }),
    ['symbolicFilePath'],
  ],
  ['update() with a string for expireTime', (p) => p.update(fileId, { expireTime: '60' as never }), ['expireTime']],
  ['delete() of an invalid ID', (p) => p.delete('x'), ['fileId']],
  ['delete() of undefined', (p) => p.delete(undefined as never), ['fileId']],
  ['fetchOutput() of an invalid ID', (p) => p.fetchOutput('x'), ['fileId']],
  [
    'fetchOutput() with an empty directory',
    (p) => p.fetchOutput(fileId, { localSaveDirectory: '' }),
    ['localSaveDirectory'],
  ],
  ['fetchOutput() with an invalid ifExists', (p) => p.fetchOutput(fileId, { ifExists: 'ask' as never }), ['ifExists']],
  ['processStatus() of an invalid ID', (p) => p.processStatus('x'), ['requestId']],
  ['showTree() of a relative path', (p) => p.showTree('notes'), ['path']],
  ['showTree() with maxFiles 1.5', (p) => p.showTree('/*', { maxFiles: 1.5 }), ['maxFiles']],
  ['keywordSearch() for a blank query', (p) => p.keywordSearch('  ', all), ['query']],
  ['keywordSearch() without a selection', (p) => p.keywordSearch('rain', {}), []],
  ['keywordSearch() with k', (p) => p.keywordSearch('rain', { ...all, k: 3 } as never), ['k']],
  ['keywordPage() with maxFiles', (p) => p.keywordPage('rain', { ...all, maxFiles: 3 } as never), ['maxFiles']],
  ['keywordPage() with limit 0', (p) => p.keywordPage('rain', { ...all, limit: 0 }), ['limit']],
  ['reset() with an unknown option', (p) => p.reset({ force: true } as never), ['force']],
  ['start() with an option of wait()', (p) => p.start('a.txt', { waitTimeout: 5 } as never), ['waitTimeout']],
  ['start() with options null', (p) => p.start('a.txt', null as never), []],
  ['attach() to an invalid ID', async (p) => p.attach('x'), ['id']],
  ['wait() with an unknown option', (p) => p.attach(runId).wait({ timeoutMs: 5 } as never), ['timeoutMs']],
  ['wait() with a negative time', (p) => p.attach(runId).wait({ waitTimeout: -1 }), ['waitTimeout']],
  ['process() with options null', (p) => p.process('a.txt', null as never), []],
  ['list() with options null', (p) => p.list(all, null as never), []],
  ['keywordSearch() with options undefined', (p) => p.keywordSearch('rain', undefined as never), []],
  ['showTree() with options null', (p) => p.showTree('/*', null as never), []],
  ['fetchOutput() with options null', (p) => p.fetchOutput(fileId, null as never), []],
  ['wait() with options null', (p) => p.attach(runId).wait(null as never), []],
  ['processMany() of null', async (p) => p.processMany(null as never), ['files']],
  ['processMany() of a value that cannot be iterated', async (p) => p.processMany(5 as never), ['files']],
  ['processMany() with concurrency 0', async (p) => p.processMany([], { concurrency: 0 }), ['concurrency']],
  [
    'processMany() with one file name for all',
    async (p) => p.processMany([], { fileName: 'a.txt' } as never),
    ['fileName'],
  ],
];

it.each(invalidCalls)('%s is rejected before any request', async (_name, call, path) => {
  const { client, requests } = await millraceService();
  const pipeline = client.createPipeline('notes', ['keyword-db']) as unknown as Any;
  const failure = await call(pipeline).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ValidationError);
  expect((failure as ValidationError).issues[0]?.path).toEqual(path);
  expect(requests).toEqual([]);
});

const invalidProcessOptions: [option: string, options: object, path: (string | number)[]][] = [
  ['an unknown option', { expiretime: 1800 }, ['expiretime']],
  ['a directory pattern', { symbolicDirectoryPath: '/foo*' }, ['symbolicDirectoryPath']],
  ['a file name pattern', { fileName: '*a.txt' }, ['fileName']],
  ['a file name with a slash', { fileName: 'a/b.txt' }, ['fileName']],
  ['a file name with a line break', { fileName: 'a.txt\n' }, ['fileName']],
  ['a file name of another type', { fileName: 'a.pdf' }, ['fileName']],
  ['a directory below /etc', { symbolicDirectoryPath: '/etc/a' }, ['symbolicDirectoryPath']],
  ['a directory with a line break', { symbolicDirectoryPath: '/a\n' }, ['symbolicDirectoryPath']],
  ['* as the value of a tag', { fileTags: [{ a: '*' }] }, ['fileTags', 0]],
  ['a tag with two keys', { fileTags: [{ a: 'b', c: 'd' }] }, ['fileTags', 0]],
  ['an expiry time that is not a number', { expireTime: '1800' }, ['expireTime']],
  ['an expiry time as a string', { expireTime: '60' }, ['expireTime']],
  ['both a path and a file name', { symbolicFilePath: '/a.txt', fileName: 'a.txt' }, ['symbolicFilePath']],
  ['a list of modules', { modules: ['parser'] }, ['modules']],
  ['a module that is not in the chain', { modules: { ocr: {} } }, ['modules', 'ocr']],
  ['a position beyond the end', { modules: { module_4: {} } }, ['modules', 'module_4']],
  ['names and positions mixed', { modules: { parser: {}, module_2: {} } }, ['modules', 'parser']],
  ['an unknown key of a module', { modules: { parser: { modle: 'fixed' } } }, ['modules', 'parser', 'modle']],
  [
    'an unknown parameter',
    { modules: { parser: { model: 'fixed', params: { size: 3 } } } },
    ['modules', 'parser', 'params', 'size'],
  ],
  [
    'a parameter of another type',
    { modules: { parser: { model: 'fixed', params: { chunk_size: '9' } } } },
    ['modules', 'parser', 'params', 'chunk_size'],
  ],
  [
    'a chunk size that is not more than the overlap',
    { modules: { parser: { model: 'fixed', params: { chunk_size: 4 } } } },
    ['modules', 'parser', 'params'],
  ],
  ['a flag that is not a boolean', { waitForProcess: 'no' }, ['waitForProcess']],
  ['a callback that is not a function', { onStatus: 'print' }, ['onStatus']],
  ['an idempotency key with a space', { idempotencyKey: 'a b' }, ['idempotencyKey']],
  ['a timeout of 0', { timeout: 0 }, ['timeout']],
];

it.each(invalidProcessOptions)('process() rejects %s before any request', async (_name, options, path) => {
  const { client, requests } = await hostedService();
  const pipeline = client.createPipeline('notes', ['parser', 'text-embedder', 'vector-db']);
  const file = await textFile(await scratch());
  const failure = await pipeline.process(file, options as never).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ValidationError);
  expect((failure as ValidationError).issues[0]?.path).toEqual(path);
  expect(requests).toEqual([]);
});

describe('a file', () => {
  it.each([
    ['a.txt', 'only five words in here', /at least 6 words/],
    ['b.txt', Buffer.from([0x61, 0xff, 0xfe, 0x62]), /UTF-8/],
    ['c.txt', Buffer.alloc(2 ** 21 + 1, 'a '), /current maximum size allowable/],
  ])(
    'that the hosted service does not accept is rejected after one request for its limits (%s)',
    async (name, content, message) => {
      const { client, paths } = await hostedService();
      const path = join(await scratch(), name);
      await writeFile(path, content);
      await expect(client.createPipeline('notes', ['parser']).process(path)).rejects.toThrow(message);
      expect(paths()).toEqual(['/v1']);
    },
  );

  it('that is too long for the hosted service to summarize is rejected', async () => {
    const { client, paths } = await hostedService();
    const pipeline = client.createPipeline('notes', ['summarize']);
    const file = Buffer.alloc(2 ** 18 + 1, 'a ');
    await expect(pipeline.process(file, { fileName: 'a.txt' })).rejects.toThrow(/at most 256 KiB to summarize/);
    expect(paths()).toEqual(['/v1']);
  });

  it.each([
    ['{"snippet":"x"}', /array of objects/],
    ['[]', /a non-empty JSON array of objects, got an empty array/],
    ['[1]', /item 0 .* to be an object/],
    ['[{"snippet":"one"},{"text":"two"}]', /item 1 .*"snippet"/],
    ['[{"snippet":"one","x":""},{"snippet":"last"}]', /item 0 .*1 to 255 words/],
    ['not json', /to be valid JSON/],
  ])('of invalid JSON items is rejected: %s', async (content, message) => {
    const { client } = await hostedService();
    const path = join(await scratch(), 'in.json');
    await writeFile(path, content);
    const pipeline = client.createPipeline('notes', ['text-embedder', 'vector-db']);
    await expect(pipeline.testInput(path)).rejects.toThrow(message);
  });

  it.each<[string, string, RegExp | undefined]>([
    [
      'in.json',
      '[{"id":1,"review":"Great"}]',
      /under "snippet" or "text" or "transcript" or "caption", got the keys "id", "review"/,
    ],
    ['in.jsonl', '{"text":"a"}\n{"text":"b"}\n', undefined],
    ['in.json', '{"snippet":"a"}\n{"snippet":"b"}\n', undefined],
    ['in.ndjson', '{"text":"a"}\n{"text":\n', /to be valid JSON: line 2: /],
    ['in.jsonl', '{"text":"a"}\n{"snippet":"b"}\n', /item 1 .* a string under "text", got undefined/],
  ])(
    'of JSON or JSON Lines for a Millrace server must have one of four keys: %s %s',
    async (name, content, message) => {
      const { client } = await millraceService();
      const path = join(await scratch(), name);
      await writeFile(path, content);
      const tested = client.createPipeline('notes', ['text-embedder', 'vector-db']).testInput(path);
      await (message ? expect(tested).rejects.toThrow(message) : tested);
    },
  );

  it.each(['a.png', 'a.npy'])('whose content does not match its extension is rejected (%s)', async (name) => {
    const { client } = await hostedService();
    const path = join(await scratch(), name);
    await writeFile(path, 'x'.repeat(5000));
    const chain = name.endsWith('png') ? (['ocr'] as const) : (['vector-db'] as const);
    await expect(client.createPipeline('notes', chain as readonly ['ocr']).testInput(path)).rejects.toThrow(
      /to contain a/,
    );
  });

  it('can have an upper-case extension', async () => {
    const { client, to } = await hostedService();
    const directory = await scratch();
    await client
      .createPipeline('notes', ['parser'])
      .process(await textFile(directory, 'NOTES.TXT'), { fileName: 'Notes.TXT', waitForProcess: false });
    expect(to('/krixik-core-process')[0]?.json?.['file_name']).toBe('notes.txt');
  });
});

it('testInput() accepts a valid file with one request for the limits', async () => {
  const { client, paths } = await hostedService();
  await client.createPipeline('notes', ['parser']).testInput(await textFile(await scratch()));
  expect(paths()).toEqual(['/v1']);
});

it('arguments beyond the limits of the server are rejected after one request for the limits', async () => {
  const { client, paths } = await hostedService();
  const pipeline = client.createPipeline('x'.repeat(100), ['parser']);
  const failure = await pipeline
    .process(await textFile(await scratch()), {
      expireTime: 60,
      fileName: 'größe.txt',
      fileTags: [{ a: 'x'.repeat(50) }],
    })
    .catch((error: unknown) => error);
  expect((failure as ValidationError).issues.map((issue) => issue.path[0])).toEqual([
    'name',
    'fileName',
    'fileTags',
    'expireTime',
  ]);
  expect(paths()).toEqual(['/v1']);
});

it('names keep their case and script on a Millrace server', async () => {
  const { client, to } = await millraceService();
  const directory = join(await scratch(), 'out');
  await mkdir(directory);
  await client.createPipeline('Größe', ['parser']).process(await textFile(directory), {
    fileName: 'Größe.txt',
    symbolicDirectoryPath: '/Übung',
    fileTags: [{ Größe: 'XL' }],
    fileDescription: 'Ein Text.',
    expireTime: 60,
    waitForProcess: false,
  });
  expect(to('/krixik-core-process')[0]?.json).toMatchObject({
    pipeline: 'Größe',
    file_name: 'Größe.txt',
    symbolic_directory_path: '/Übung',
    file_tags: [{ Größe: 'XL' }],
    expire_time: 60,
  });
});

it('names are lower-cased on the hosted service, but descriptions are not', async () => {
  const { client, to } = await hostedService();
  await client.createPipeline('Notes', ['parser']).process(await textFile(await scratch()), {
    symbolicFilePath: '/My/Dir/File.txt',
    fileTags: [{ Author: 'Orwell' }],
    fileDescription: 'By Orwell',
    waitForProcess: false,
  });
  expect(to('/krixik-core-process')[0]?.json).toMatchObject({
    pipeline: 'Notes',
    file_name: 'file.txt',
    symbolic_directory_path: '/my/dir',
    file_tags: [{ author: 'orwell' }],
    file_description: 'By Orwell',
    expire_time: 1800,
  });
});
