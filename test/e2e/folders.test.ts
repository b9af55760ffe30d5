import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FileResult, ProcessManyOptions } from 'millrace';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalServer, type LocalServer } from '../support/local-server.js';

let server: LocalServer;
let scratch: string;
beforeAll(async () => {
  server = await startLocalServer();
  scratch = mkdtempSync(join(tmpdir(), 'millrace-folders-'));
});
afterAll(async () => {
  await server.close();
  await rm(scratch, { recursive: true, force: true });
});

const writeInput = (folder: string, path: string, content: string | Buffer): void => {
  mkdirSync(dirname(join(scratch, folder, path)), { recursive: true });
  writeFileSync(join(scratch, folder, path), content);
};
const outputDirectory = (folder: string): string => join(scratch, `${folder}-out`);
const savedOutputs = (folder: string): string[] =>
  (readdirSync(outputDirectory(folder), { recursive: true }) as string[])
    .filter((path) => path.endsWith('.json'))
    .sort();
const processFolder = async (folder: string, options: ProcessManyOptions = {}) => {
  const pipeline = server.connect().createPipeline(folder, ['parser']);
  const source = { directory: join(scratch, folder), recursive: true };
  const summary = await pipeline.processMany(source, { localSaveDirectory: outputDirectory(folder), ...options }).all();
  const { results, succeeded, skipped, failed } = summary;
  const of = (path: string) => results.find(({ key }) => key.endsWith(`${folder}/${path}`)) as FileResult;
  return { pipeline, of, counts: [succeeded, skipped, failed], results };
};
const reasonOf = (result: FileResult) => (result.status === 'skipped' ? result.reason : result.status);

it('a folder becomes the same tree on the server and in the output directory, without an expiry', async () => {
  writeInput('tree', 'rent.txt', 'The rent is 650.');
  writeInput('tree', '2026/rent.txt', 'The rent is 700.');
  writeInput('tree', '2026/photo.jpg', Buffer.from('ffd8ffe000104a464946', 'hex'));
  writeInput('tree', '2026/empty.txt', '');
  writeInput('tree', '2026/tool', Buffer.from('7f454c4602010100', 'hex'));
  writeInput('tree', '.draft.txt', 'Hidden.');
  writeInput('elsewhere', 'linked.txt', 'Behind a link.');
  symlinkSync('../elsewhere/linked.txt', join(scratch, 'tree/link.txt'));
  symlinkSync('../elsewhere', join(scratch, 'tree/directory-link'));
  symlinkSync('nowhere.txt', join(scratch, 'tree/dangling.txt'));
  const { pipeline, of, counts } = await processFolder('tree');
  expect(counts).toEqual([3, 3, 0]);
  expect(of('2026/photo.jpg')).toMatchObject({
    status: 'skipped',
    reason: 'unsupported',
    message: expect.stringContaining('got "photo.jpg"') as string,
    result: null,
  });
  expect([of('2026/empty.txt'), of('2026/tool')].map(reasonOf)).toEqual(['unsupported', 'unsupported']);
  expect(savedOutputs('tree')).toEqual(['2026/rent.txt.json', 'link.txt.json', 'rent.txt.json']);
  const { items } = await pipeline.list({ symbolicDirectoryPaths: ['/*'] });
  expect(items.map(({ symbolicFilePath }) => symbolicFilePath).sort()).toEqual([
    '/2026/rent.txt',
    '/link.txt',
    '/rent.txt',
  ]);
  expect(items.map(({ expiresAt }) => expiresAt)).toEqual([null, null, null]);
});

it('a second pass skips unchanged files and downloads missing outputs', async () => {
  writeInput('again', 'a.txt', 'One kettle.');
  writeInput('again', 'b/a.txt', 'Two kettles.');
  const first = await processFolder('again');
  const before = readFileSync(join(outputDirectory('again'), 'b/a.txt.json'), 'utf8');
  rmSync(join(outputDirectory('again'), 'b'), { recursive: true });
  const second = await processFolder('again');
  expect(second.results.map(reasonOf)).toEqual(['unchanged', 'unchanged']);
  expect(readFileSync(join(outputDirectory('again'), 'b/a.txt.json'), 'utf8')).toBe(before);
  expect(second.of('a.txt')).toMatchObject({ result: { outputFiles: [join(outputDirectory('again'), 'a.txt.json')] } });
  // other parameters produce another output
  const modules = { parser: { model: 'fixed', params: { chunk_size: 4, overlap_size: 1 } } };
  expect((await processFolder('again', { modules })).counts).toEqual([2, 0, 0]);
  expect(first.counts).toEqual([2, 0, 0]);
  expect((await first.pipeline.list({ symbolicDirectoryPaths: ['/*'] })).items).toHaveLength(2);
});

it("a changed file replaces its earlier version and output, or is skipped with onChange: 'keep'", async () => {
  writeInput('changing', 'a.txt', 'The first text.');
  await processFolder('changing');
  writeInput('changing', 'a.txt', 'The second text.');
  const kept = await processFolder('changing', { onChange: 'keep' });
  expect(kept.results.map(reasonOf)).toEqual(['kept']);
  expect(readFileSync(join(outputDirectory('changing'), 'a.txt.json'), 'utf8')).toContain('first');
  // even with ifExists: 'error', because the existing output belongs to the earlier version
  const replaced = await processFolder('changing', { ifExists: 'error' });
  expect(replaced.counts).toEqual([1, 0, 0]);
  expect(replaced.of('a.txt')).toHaveProperty(
    'replaced',
    (kept.of('a.txt') as { result: { fileId: string } }).result.fileId,
  );
  expect(readFileSync(join(outputDirectory('changing'), 'a.txt.json'), 'utf8')).toContain('second');
  expect((await replaced.pipeline.list({ symbolicDirectoryPaths: ['/*'] })).items).toHaveLength(1);
  // an output that was edited no longer belongs to the earlier version
  writeInput('changing', 'a.txt', 'The third text.');
  writeFileSync(join(outputDirectory('changing'), 'a.txt.json'), '"mine"');
  expect((await processFolder('changing', { ifExists: 'error' })).counts).toEqual([0, 0, 1]);
  expect(readFileSync(join(outputDirectory('changing'), 'a.txt.json'), 'utf8')).toBe('"mine"');
});

it('outputs in the input directory are not processed as inputs', async () => {
  writeInput('beside', 'a.json', JSON.stringify([{ snippet: 'A lock.' }]));
  const pipeline = server.connect().createPipeline('beside', ['sentiment']);
  const directory = join(scratch, 'beside');
  for (const expected of [{ succeeded: 1 }, { skipped: 1 }]) {
    expect(await pipeline.processMany({ directory }, { localSaveDirectory: directory }).all()).toMatchObject(expected);
    expect(readdirSync(directory).sort()).toEqual(['a.json', 'a.json.json']);
  }
});

it('only the files with conflicting server names or output paths fail', async () => {
  writeInput('names', 'A.txt', 'A letter.');
  writeInput('names', 'a.txt', 'Another letter.');
  writeInput('names', 'caf\u00e9.txt', 'Coffee.');
  writeInput('names', 'cafe\u0301.txt', 'More coffee.');
  writeInput('names', 'b*.txt', 'A star.');
  const { counts, results } = await processFolder('names');
  expect(counts).toEqual([2, 0, 3]);
  const messages = results.flatMap((result) => (result.status === 'failed' ? [result.error.message] : []));
  expect(messages.filter((message) => message.includes('ignoring case and Unicode form'))).toHaveLength(2);
  expect(messages.filter((message) => message.includes("not to contain '*'"))).toHaveLength(1);
  writeInput('first', 'x.txt', 'One.');
  writeInput('second', 'x.txt', 'Two.');
  const pipeline = server.connect().createPipeline('two', ['parser']);
  const both = [
    { directory: join(scratch, 'first') },
    { directory: join(scratch, 'second'), symbolicDirectoryPath: '/second' },
  ];
  expect(await pipeline.processMany(both, { downloadOutput: false }).all()).toMatchObject({ succeeded: 2 });
  // both outputs have the same path
  const options = { localSaveDirectory: outputDirectory('two'), manifest: join(scratch, 'two.jsonl'), concurrency: 1 };
  for (const first of ['unchanged', 'done']) {
    const { results: saving } = await pipeline.processMany(both, options).all();
    expect(saving).toMatchObject([
      { status: 'skipped', reason: first },
      {
        status: 'failed',
        error: { message: expect.stringMatching(/a unique output path, .* got .*two-out.x\.txt for/) as string },
      },
    ]);
  }
  expect(readFileSync(join(outputDirectory('two'), 'x.txt.json'), 'utf8')).toContain('One.');
});

it('an unfinished upload and a run in progress are continued', async () => {
  writeInput('open', 'a.txt', 'A run in progress.');
  writeInput('open', 'b.txt', 'An abandoned reservation.');
  const client = server.connect();
  const pipeline = client.createPipeline('open', ['parser']);
  await pipeline.start(join(scratch, 'open/a.txt'), { symbolicFilePath: '/a.txt', expireTime: null });
  const json = {
    pipeline: 'open',
    pipeline_ordered_modules: ['parser'],
    file_name: 'b.txt',
    symbolic_directory_path: '/',
  };
  const headers = { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json' };
  const reserved = await fetch(`${server.url}/krixik-core-process`, {
    method: 'POST',
    headers,
    body: JSON.stringify(json),
  });
  expect(reserved.status).toBe(200);
  expect((await processFolder('open')).results.filter(({ status }) => status === 'failed')).toEqual([]);
  expect(savedOutputs('open')).toEqual(['a.txt.json', 'b.txt.json']);
  expect((await pipeline.list({ symbolicDirectoryPaths: ['/*'] })).items).toHaveLength(2);
});

it('with a manifest, missing outputs are downloaded again, or produced again if their files were deleted', async () => {
  writeInput('journal', 'a.txt', 'The first line.');
  const manifest = join(scratch, 'journal.jsonl');
  const first = await processFolder('journal', { manifest });
  const path = join(outputDirectory('journal'), 'a.txt.json');
  unlinkSync(path);
  const again = await processFolder('journal', { manifest });
  expect(again.results).toMatchObject([{ status: 'skipped', reason: 'done', result: { outputFiles: [path] } }]);
  expect(readFileSync(path, 'utf8')).toContain('first line');
  const elsewhere = join(scratch, 'journal-elsewhere');
  await processFolder('journal', { manifest, localSaveDirectory: elsewhere });
  expect(readdirSync(elsewhere)).toEqual(['a.txt.json']);
  await first.pipeline.reset();
  unlinkSync(join(elsewhere, 'a.txt.json'));
  expect((await processFolder('journal', { manifest, localSaveDirectory: elsewhere })).counts).toEqual([1, 0, 0]);
  expect(readdirSync(elsewhere)).toEqual(['a.txt.json']);
});
