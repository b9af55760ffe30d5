import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ValidationError, type Pipeline } from 'millrace';
import { describe, expect, it } from 'vitest';
import { fileId, hostedService, millraceService, runId } from '../support/hosted-service.js';
import { scratch, textFile } from '../support/scratch.js';

type Any = Pipeline<readonly ['parser', 'text-embedder', 'vector-db']> & Pipeline<readonly ['keyword-db']>;
type Call = (pipeline: Any) => Promise<unknown>;

const all = { symbolicDirectoryPaths: ['/*'] };

/** Calls that are wrong whatever the server is, and the argument that their error names. */
const wrong: [call: string, Call, path: (string | number)[]][] = [
  ['list({})', (p) => p.list({}), []],
  ['list() with an unknown field', (p) => p.list({ ...all, fileID: [fileId] } as never), ['fileID']],
  ['list() with an unknown option', (p) => p.list(all, { retries: 3 } as never), ['retries']],
  ['list() with no ids', (p) => p.list({ fileIds: [] }), ['fileIds']],
  ['list() with an id that is none', (p) => p.list({ fileIds: [fileId, 'x'] }), ['fileIds', 1]],
  ['list() with no tags', (p) => p.list({ fileTags: [] }), ['fileTags']],
  ['list() with a name of another type', (p) => p.list({ fileNames: ['a.mp3'] }), ['fileNames', 0]],
  ['list() with maxFiles 0', (p) => p.list({ ...all, maxFiles: 0 }), ['maxFiles']],
  ['list() with sortOrder global', (p) => p.list({ ...all, sortOrder: 'global' as never }), ['sortOrder']],
  ['list() with a day that is none', (p) => p.list({ createdAtStart: '2024-02-30' }), ['createdAtStart']],
  [
    'list() back in time',
    (p) => p.list({ createdAtStart: '2025-01-02', createdAtEnd: '2025-01-01' }),
    ['createdAtStart'],
  ],
  ['list() with a signal that is none', (p) => p.list(all, { signal: {} as never }), ['signal']],
  ['update() of nothing', (p) => p.update(fileId, {}), []],
  ['update() of an id that is none', (p) => p.update('x', { expireTime: 5000 }), ['fileId']],
  ['update() with a stump', (p) => p.update(fileId, { symbolicDirectoryPath: '/a*' }), ['symbolicDirectoryPath']],
  [
    'update() with two paths',
    (p) => p.update(fileId, { symbolicFilePath: '/a.txt', fileName: 'a.txt' }),
    ['symbolicFilePath'],
  ],
  ['update() with a text for expireTime', (p) => p.update(fileId, { expireTime: '60' as never }), ['expireTime']],
  ['delete() of an id that is none', (p) => p.delete('x'), ['fileId']],
  ['delete() of undefined', (p) => p.delete(undefined as never), ['fileId']],
  ['fetchOutput() of an id that is none', (p) => p.fetchOutput('x'), ['fileId']],
  [
    'fetchOutput() with an empty directory',
    (p) => p.fetchOutput(fileId, { localSaveDirectory: '' }),
    ['localSaveDirectory'],
  ],
  ['fetchOutput() with a wish that is none', (p) => p.fetchOutput(fileId, { ifExists: 'ask' as never }), ['ifExists']],
  ['processStatus() of an id that is none', (p) => p.processStatus('x'), ['requestId']],
  ['showTree() of a relative path', (p) => p.showTree('notes'), ['path']],
  ['showTree() with maxFiles 1.5', (p) => p.showTree('/*', { maxFiles: 1.5 }), ['maxFiles']],
  ['keywordSearch() for nothing', (p) => p.keywordSearch('  ', all), ['query']],
  ['keywordSearch() without a selection', (p) => p.keywordSearch('rain', {}), []],
  ['keywordSearch() with k', (p) => p.keywordSearch('rain', { ...all, k: 3 } as never), ['k']],
  ['keywordPage() with maxFiles', (p) => p.keywordPage('rain', { ...all, maxFiles: 3 } as never), ['maxFiles']],
  ['keywordPage() with limit 0', (p) => p.keywordPage('rain', { ...all, limit: 0 }), ['limit']],
  ['reset() with an unknown option', (p) => p.reset({ force: true } as never), ['force']],
  ['start() with an option of the wait', (p) => p.start('a.txt', { waitTimeout: 5 } as never), ['waitTimeout']],
  ['start() with options null', (p) => p.start('a.txt', null as never), []],
  ['attach() to an id that is none', async (p) => p.attach('x'), ['id']],
  ['wait() with an unknown option', (p) => p.attach(runId).wait({ timeoutMs: 5 } as never), ['timeoutMs']],
  ['wait() with a time that is none', (p) => p.attach(runId).wait({ waitTimeout: -1 }), ['waitTimeout']],
  ['process() with options null', (p) => p.process('a.txt', null as never), []],
  ['list() with options null', (p) => p.list(all, null as never), []],
  ['keywordSearch() without options', (p) => p.keywordSearch('rain', undefined as never), []],
  ['showTree() with options null', (p) => p.showTree('/*', null as never), []],
  ['fetchOutput() with options null', (p) => p.fetchOutput(fileId, null as never), []],
  ['wait() with options null', (p) => p.attach(runId).wait(null as never), []],
  ['processMany() of null', async (p) => p.processMany(null as never), ['files']],
  ['processMany() of nothing that can be iterated', async (p) => p.processMany(5 as never), ['files']],
  ['processMany() with concurrency 0', async (p) => p.processMany([], { concurrency: 0 }), ['concurrency']],
  ['processMany() with one name for all', async (p) => p.processMany([], { fileName: 'a.txt' } as never), ['fileName']],
];

it.each(wrong)('%s is refused before any request', async (_name, call, path) => {
  const { client, requests } = await millraceService();
  const pipeline = client.createPipeline('notes', ['keyword-db']) as unknown as Any;
  const failure = await call(pipeline).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ValidationError);
  expect((failure as ValidationError).issues[0]?.path).toEqual(path);
  expect(requests).toEqual([]);
});

const wrongProcess: [option: string, options: object, path: (string | number)[]][] = [
  ['an unknown option', { expiretime: 1800 }, ['expiretime']],
  ['a stump for a directory', { symbolicDirectoryPath: '/foo*' }, ['symbolicDirectoryPath']],
  ['a stump for a name', { fileName: '*a.txt' }, ['fileName']],
  ['a name with a slash', { fileName: 'a/b.txt' }, ['fileName']],
  ['a name with a line break', { fileName: 'a.txt\n' }, ['fileName']],
  ['a name of another type', { fileName: 'a.pdf' }, ['fileName']],
  ['a directory below /etc', { symbolicDirectoryPath: '/etc/a' }, ['symbolicDirectoryPath']],
  ['a directory with a line break', { symbolicDirectoryPath: '/a\n' }, ['symbolicDirectoryPath']],
  ['* as the value of a tag', { fileTags: [{ a: '*' }] }, ['fileTags', 0]],
  ['a tag with two keys', { fileTags: [{ a: 'b', c: 'd' }] }, ['fileTags', 0]],
  ['an expire time that is no number', { expireTime: '1800' }, ['expireTime']],
  ['a text for an expire time', { expireTime: '60' }, ['expireTime']],
  ['a path beside a name', { symbolicFilePath: '/a.txt', fileName: 'a.txt' }, ['symbolicFilePath']],
  ['modules that are a list', { modules: ['parser'] }, ['modules']],
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
    'windows that do not go on',
    { modules: { parser: { model: 'fixed', params: { chunk_size: 4 } } } },
    ['modules', 'parser', 'params'],
  ],
  ['a switch that is none', { waitForProcess: 'no' }, ['waitForProcess']],
  ['a callback that is none', { onStatus: 'print' }, ['onStatus']],
  ['an idempotency key with a space', { idempotencyKey: 'a b' }, ['idempotencyKey']],
  ['a timeout of 0', { timeout: 0 }, ['timeout']],
];

it.each(wrongProcess)('process() refuses %s before any request', async (_name, options, path) => {
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
    'that the hosted service would refuse is refused after one request for its limits (%s)',
    async (name, content, message) => {
      const { client, paths } = await hostedService();
      const path = join(await scratch(), name);
      await writeFile(path, content);
      await expect(client.createPipeline('notes', ['parser']).process(path)).rejects.toThrow(message);
      expect(paths()).toEqual(['/v1']);
    },
  );

  it('that is too long to be summarized by the hosted service is refused', async () => {
    const { client, paths } = await hostedService();
    const pipeline = client.createPipeline('notes', ['summarize']);
    const file = Buffer.alloc(2 ** 18 + 1, 'a ');
    await expect(pipeline.process(file, { fileName: 'a.txt' })).rejects.toThrow(/at most 256 kB to summarize/);
    expect(paths()).toEqual(['/v1']);
  });

  it.each([
    ['{"snippet":"x"}', /list of objects/],
    ['[]', /an empty one/],
    ['[1]', /item 0 .* to be an object/],
    ['[{"snippet":"one"},{"text":"two"}]', /item 1 .*"snippet"/],
    ['[{"snippet":"one","x":""},{"snippet":"last"}]', /item 0 .*1 to 255 words/],
    ['not json', /to be valid JSON/],
  ])('of JSON is looked at as a whole: %s', async (content, message) => {
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
    'of JSON for a server of ours has one of four keys, in a list or in lines: %s %s',
    async (name, content, message) => {
      const { client } = await millraceService();
      const path = join(await scratch(), name);
      await writeFile(path, content);
      const tested = client.createPipeline('notes', ['text-embedder', 'vector-db']).testInput(path);
      await (message ? expect(tested).rejects.toThrow(message) : tested);
    },
  );

  it.each(['a.png', 'a.npy'])('that is not inside what its name says is refused (%s)', async (name) => {
    const { client } = await hostedService();
    const path = join(await scratch(), name);
    await writeFile(path, 'x'.repeat(5000));
    const chain = name.endsWith('png') ? (['ocr'] as const) : (['vector-db'] as const);
    await expect(client.createPipeline('notes', chain as readonly ['ocr']).testInput(path)).rejects.toThrow(
      /to contain a/,
    );
  });

  it('with an upper-case extension is as good as any', async () => {
    const { client, to } = await hostedService();
    const directory = await scratch();
    await client
      .createPipeline('notes', ['parser'])
      .process(await textFile(directory, 'NOTES.TXT'), { fileName: 'Notes.TXT', waitForProcess: false });
    expect(to('/krixik-core-process')[0]?.json?.['file_name']).toBe('notes.txt');
  });
});

it('testInput() passes a good file and asks for nothing but the limits', async () => {
  const { client, paths } = await hostedService();
  await client.createPipeline('notes', ['parser']).testInput(await textFile(await scratch()));
  expect(paths()).toEqual(['/v1']);
});

it('rules whose numbers are the server’s are applied after one request for them, before the one that matters', async () => {
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

it('names keep their case and script where the server lets them', async () => {
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

it('names are lower-cased where the server wants it, descriptions are not', async () => {
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
