import { createReadStream } from 'node:fs';
import { readdir, readFile, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, isMillraceError, type ProcessEvent } from 'millrace';
import { bytes, startLocalServer, type LocalServer } from '../support/local-server.js';

let server: LocalServer;
let client: Client;
let input: string;

/** Sentences with quotation marks, an abbreviation and a paragraph break. */
const story = 'The wheel turned. "Did it?" asked Mr. Ashdown. It did!\n\nNobody cheered.';

beforeAll(async () => {
  server = await startLocalServer();
  client = server.connect();
  input = join(server.out, 'story.txt');
  await mkdir(server.out, { recursive: true });
  await writeFile(input, story);
});

afterAll(() => server.close());

describe('process', () => {
  test('returns the parsed output and the path of the saved file', async () => {
    const done = await client.createPipeline('story', ['parser']).process(input, { localSaveDirectory: server.out });
    expect(done.output?.map((item) => item.snippet)).toEqual([
      'The wheel turned.',
      '"Did it?"',
      'asked Mr. Ashdown.',
      'It did!',
      'Nobody cheered.',
    ]);
    expect(done.outputFiles).toEqual([join(server.out, `${done.fileId}.json`)]);
    expect(JSON.parse(await readFile(done.outputFiles[0] as string, 'utf8'))).toEqual(done.output);
    expect(done).toMatchObject({ pipeline: 'story', warnings: [] });
  });

  test.each([
    ['a path', () => input],
    ['a file: URL', () => pathToFileURL(input)],
    ['bytes', () => bytes(story)],
    ['a Blob', () => new Blob([story])],
    ['a named stream', () => ({ stream: createReadStream(input), fileName: 'story.txt' })],
    [
      'a named stream with its size',
      () => ({ stream: createReadStream(input), fileName: 'story.txt', size: story.length }),
    ],
  ])('accepts %s', async (_, file) => {
    const pipeline = client.createPipeline('inputs', ['parser']);
    const done = await pipeline.process(file(), { fileName: 'input.txt', localSaveDirectory: server.out });
    expect(done.output).toHaveLength(5);
    await pipeline.delete(done.fileId);
  });

  test('starts a new run with the idempotency key of a failed run, and reuses a completed one', async () => {
    const pipeline = client.createPipeline('mended', ['json-to-txt']);
    // a stream, because its content is not checked before the upload
    const processJson = (json: string) =>
      pipeline.process(
        { stream: Readable.from([Buffer.from(json)]), fileName: 'mended.json' },
        { idempotencyKey: 'mended-1', localSaveDirectory: false },
      );
    const failure: unknown = await processJson('[{').catch((error: unknown) => error);
    if (!isMillraceError(failure, 'process_failed')) throw failure;
    expect(failure.message).toContain('make the same call');
    const done = await processJson('[{"snippet": "Water turns."}]');
    expect(done.requestId).not.toBe(failure.requestId);
    expect((await processJson('[{"snippet": "Water turns."}]')).requestId).toBe(done.requestId);
  });

  test('passes the output of each module to the next, with the chosen models and parameters', async () => {
    const chunks = client.createPipeline('chunks', ['json-to-txt', 'parser']);
    const done = await chunks.process(bytes(JSON.stringify([{ snippet: 'one two three' }, { snippet: 'four five' }])), {
      fileName: 'words.json',
      modules: { parser: { model: 'fixed', params: { chunk_size: 4, overlap_size: 1 } } },
      localSaveDirectory: server.out,
    });
    expect(done.output).toEqual([
      { snippet: 'one two three four', line_numbers: [1, 2] },
      { snippet: 'four five', line_numbers: [2] },
    ]);
  });

  test('saves a keyword database that SQLite opens', async () => {
    const words = client.createPipeline('words', ['keyword-db']);
    const done = await words.process(input, { localSaveDirectory: server.out });
    expect(done.output).toBeNull();
    const db = new Database(done.outputFiles[0] as string);
    const rows = db.prepare('select original_keyword, line_number from keyword_search order by rowid').raw().all();
    db.close();
    expect(rows).toContainEqual(['wheel', 1]);
    expect(rows).toContainEqual(['cheered', 3]);
  });

  test('downloads nothing with localSaveDirectory: false', async () => {
    const before = await readdir(server.out);
    const pipeline = client.createPipeline('no-download', ['parser']);
    const done = await pipeline.process(input, { localSaveDirectory: false });
    expect(done.outputFiles).toEqual([]);
    expect(await readdir(server.out)).toEqual(before);
    const fetched = await pipeline.fetchOutput(done.fileId, { localSaveDirectory: server.out });
    expect(fetched.output).toHaveLength(5);
  });

  test('reports each change of the run to onStatus, the last one at 100 percent', async () => {
    const events: ProcessEvent[] = [];
    const pipeline = client.createPipeline('events', ['parser', 'json-to-txt', 'keyword-db']);
    await pipeline.process(input, { localSaveDirectory: false, onStatus: (event) => events.push(event) });
    expect(events[0]?.type).toBe('uploaded');
    expect(events.filter((event) => event.type === 'module-done').map((event) => event.module)).toEqual([
      'parser',
      'json-to-txt',
      'keyword-db',
    ]);
    const last = events.at(-1);
    expect(last?.type).toBe('succeeded');
    expect(last && 'status' in last && last.status.progress.percent).toBe(100);
  });

  test('preserves the case of names, paths and tags, and matches them case-insensitively', async () => {
    const letters = client.createPipeline('Cartas de Otoño', ['parser']);
    const done = await letters.process(bytes('Querida Clara: llueve.'), {
      symbolicFilePath: '/Cartas/Año 1912/A Clara.TXT',
      fileTags: [{ Año: 'Mil' }],
      fileDescription: 'Una carta — «breve»',
      localSaveDirectory: false,
    });
    const page = await letters.list({ symbolicFilePaths: ['/cartas/año 1912/a clara.txt'] });
    expect(page.items).toHaveLength(1);
    expect(page.items[0]).toMatchObject({
      fileId: done.fileId,
      symbolicFilePath: '/Cartas/Año 1912/A Clara.TXT',
      fileTags: [{ Año: 'Mil' }],
      fileDescription: 'Una carta — «breve»',
    });
    expect((await letters.list({ fileTags: [{ AÑO: '*' }] })).items).toHaveLength(1);
    expect(String(await letters.showTree())).toBe('/\n└── /Cartas\n    └── /Año 1912\n        └── A Clara.TXT');
  });

  test('fails with the module and the reason, and keeps the record of the run', async () => {
    const pipeline = client.createPipeline('failing', ['parser']);
    const damaged = Buffer.from('%PDF-1.4\nnothing that a PDF has\n');
    const failure = await pipeline.process(damaged, { fileName: 'lease.pdf' }).catch((error: unknown) => error);
    if (!isMillraceError(failure, 'process_failed')) throw failure;
    expect(failure.message).toContain('parser');
    expect(failure.message).toContain('PDF');
    const status = await pipeline.processStatus(failure.requestId as string);
    expect(status).toMatchObject({ state: 'failed', overallStatus: 'failed', processStatus: { module_1: false } });
  });

  test('accepts a chain with a model that is not installed, and fails its run with instructions', async () => {
    const pipeline = client.createPipeline('later', ['parser', 'translate']);
    await expect(pipeline.process(input)).rejects.toThrow(
      /translate.*"opus-mt-en-es" is not installed.*MILLRACE_TRANSLATE_BASE_URL/s,
    );
  });

  test("rejects a second file at the same path with the server's message", async () => {
    const pipeline = client.createPipeline('paths', ['parser']);
    const options = { symbolicFilePath: '/a/b.txt', localSaveDirectory: false } as const;
    await pipeline.process(input, options);
    await expect(pipeline.process(input, { ...options, symbolicFilePath: '/A/B.txt' })).rejects.toThrow(
      /already exists/,
    );
  });

  test('searches, updates and deletes files, and resets the pipeline', async () => {
    const words = client.createPipeline('housekeeping', ['keyword-db']);
    const first = await words.process(bytes('Two countries, one wheel.\nWheels!'), {
      fileName: 'a.txt',
      localSaveDirectory: false,
    });
    await words.process(bytes('No such thing.'), { fileName: 'b.txt', localSaveDirectory: false });
    const found = await words.keywordSearch('country wheel the', { symbolicDirectoryPaths: ['/*'] });
    expect(found.items).toHaveLength(1);
    expect(found.items[0]?.hits).toEqual([
      { keyword: 'countries', lineNumber: 1, keywordNumber: 2 },
      { keyword: 'wheel', lineNumber: 1, keywordNumber: 4 },
      { keyword: 'wheels', lineNumber: 2, keywordNumber: 1 },
    ]);
    expect(found.warnings.join()).toContain('stop_words');
    const updated = await words.update(first.fileId, { fileName: 'c.txt', fileTags: [{ kind: 'test' }] });
    expect(updated).toMatchObject({ fileName: 'c.txt', fileTags: [{ kind: 'test' }] });
    await words.delete(first.fileId);
    await expect(words.processStatus(first.requestId)).rejects.toSatisfy((error) =>
      isMillraceError(error, 'not_found'),
    );
    expect(await words.reset()).toBe(1);
    expect((await words.list({ symbolicDirectoryPaths: ['/*'] })).items).toEqual([]);
  });
});
