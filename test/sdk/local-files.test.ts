import { execFile } from 'node:child_process';
import { appendFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ValidationError, type FileSet, type ProcessManyOptions } from 'millrace';
import { compileGlob } from 'millrace/shared/rules/glob-pattern.js';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { batchService } from './support/batch-service.js';
import { scratch } from './support/scratch.js';

const run = promisify(execFile);

const text = 'The kettle sang while rain kept time on the roof. Nobody hurried.\n';

async function createTree(...paths: string[]): Promise<string> {
  const root = await scratch();
  for (const path of paths) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const samplePaths = [
  'b.txt',
  'a.txt',
  '.hidden.txt',
  'notes.md',
  'sub/c.txt',
  'sub/deep/d.txt',
  'sub/.git/e.txt',
  'old/f.txt',
];

/** Returns the files that a batch processes, as paths relative to the root. */
async function listProcessedFiles(root: string, files: FileSet, options: ProcessManyOptions = {}): Promise<string[]> {
  const { client } = await batchService();
  const pipeline = client.createPipeline('notes', ['parser']);
  const { results } = await pipeline.processMany(files, { downloadOutput: false, concurrency: 1, ...options }).all();
  expect(results.filter(({ status }) => status === 'failed')).toEqual([]);
  return results.map(({ key }) => relative(root, resolve(key)));
}

describe('a directory', () => {
  it('contributes its files in order of their names, without hidden files and subdirectories', async () => {
    const root = await createTree('b.txt', 'a.txt', '.hidden.txt', 'sub/c.txt');
    expect(await listProcessedFiles(root, { directory: root })).toEqual(['a.txt', 'b.txt']);
    expect(await listProcessedFiles(root, { directory: pathToFileURL(root) })).toEqual(['a.txt', 'b.txt']);
  });

  it('contributes its subdirectories if `recursive` is set, filtered by `include` and `exclude`', async () => {
    const root = await createTree(...samplePaths);
    const where = { directory: root, recursive: true, include: '*.txt' };
    expect(await listProcessedFiles(root, where)).toEqual([
      'a.txt',
      'b.txt',
      'old/f.txt',
      'sub/c.txt',
      'sub/deep/d.txt',
    ]);
    expect(await listProcessedFiles(root, { ...where, exclude: ['old', 'sub/deep/*'] })).toEqual([
      'a.txt',
      'b.txt',
      'sub/c.txt',
    ]);
    expect(await listProcessedFiles(root, { ...where, include: 'sub/**' })).toEqual(['sub/c.txt', 'sub/deep/d.txt']);
  });

  it('is not entered through a symbolic link, but a link to a file is a file', async () => {
    const root = await createTree('a.txt', 'sub/c.txt');
    await symlink(root, join(root, 'sub/circle'));
    await symlink(join(root, 'a.txt'), join(root, 'sub/z.txt'));
    expect(await listProcessedFiles(root, { directory: root, recursive: true })).toEqual([
      'a.txt',
      'sub/c.txt',
      'sub/z.txt',
    ]);
  });

  it('does not contribute the output files and the manifest of the batch', async () => {
    const output = '00000000-0000-4000-8000-000000000099.json';
    const apart = await createTree('a.txt', 'out/before.txt');
    const where = { recursive: true };
    const manifest = 'batch.jsonl';
    const writeInto = (root: string) => ({ manifest: join(root, manifest), downloadOutput: true });
    const save = { localSaveDirectory: join(apart, 'out') };
    expect(await listProcessedFiles(apart, { ...where, directory: apart }, { ...writeInto(apart), ...save })).toEqual([
      'a.txt',
    ]);
    const beside = await createTree('a.txt', output, 'out/a.txt');
    expect(
      await listProcessedFiles(
        beside,
        { ...where, directory: beside },
        { ...writeInto(beside), localSaveDirectory: beside },
      ),
    ).toEqual(['a.txt', 'out/a.txt']);
  });

  it('that does not exist rejects the batch before a request is sent', async () => {
    const { client, to } = await batchService();
    const gone = client.createPipeline('notes', ['parser']).processMany({ directory: '/no/such/place' });
    await expect(gone.all()).rejects.toThrow(/There is no directory at \/no\/such\/place/);
    expect(to('/krixik-core-process')).toEqual([]);
  });

  it('reports an unreadable subdirectory as failed and processes the other files', async () => {
    const root = await createTree('a.txt', 'z/b.txt');
    // the path is too long for anyone to read, even for root
    const dig = `for (let i = 0; i < 18; i++) { fs.mkdirSync('m'.repeat(240)); process.chdir('m'.repeat(240)); }`;
    await run(process.execPath, ['-e', dig], { cwd: root });
    onTestFinished(async () => void (await run('rm', ['-rf', join(root, 'm'.repeat(240))])));
    const { client } = await batchService();
    const pipeline = client.createPipeline('notes', ['parser']);
    const batch = pipeline.processMany({ directory: root, recursive: true }, { downloadOutput: false });
    expect(await batch.count()).toBe(3);
    const { results } = await batch.all();
    expect(results.map(({ key, status }) => `${relative(root, resolve(key)).slice(0, 3)} ${status}`).sort()).toEqual([
      'a.t succeeded',
      'mmm failed',
      'z/b succeeded',
    ]);
    const failed = results.find((result) => result.status === 'failed');
    expect(failed?.error).toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(/^Could not read the directory /) as string,
    });
  });

  it('that is watched contributes new files when they no longer grow, until the signal is aborted', async () => {
    const root = await createTree('a.txt');
    const { client, names } = await batchService();
    const stop = new AbortController();
    const pipeline = client.createPipeline('notes', ['parser']);
    const keys: string[] = [];
    const batch = pipeline.processMany(
      { directory: root, recursive: true, watch: true },
      { signal: stop.signal, downloadOutput: false, onFile: ({ key }) => void keys.push(relative(root, resolve(key))) },
    );
    const ended = batch.all().catch((error: unknown) => error);
    await expect.poll(() => keys).toEqual(['a.txt']);
    await mkdir(join(root, 'later'));
    await writeFile(join(root, 'later/b.txt'), '');
    const writing = setInterval(() => void appendFile(join(root, 'later/b.txt'), text), 100);
    await writeFile(join(root, 'c.txt'), text);
    await expect.poll(() => keys).toEqual(['a.txt', 'c.txt']);
    clearInterval(writing);
    await expect.poll(() => keys).toEqual(['a.txt', 'c.txt', 'later/b.txt']);
    const reason = new Error('enough');
    stop.abort(reason);
    expect(await ended).toBe(reason);
    expect(names()).toHaveLength(3);
  });
});

describe('a glob', () => {
  it('matches each file once, relative to its `cwd`', async () => {
    const root = await createTree(...samplePaths);
    expect(await listProcessedFiles(root, { glob: '*.txt', cwd: root })).toEqual(['a.txt', 'b.txt']);
    expect(await listProcessedFiles(root, { glob: '**/*.txt', cwd: root, exclude: 'old/**' })).toEqual([
      'a.txt',
      'b.txt',
      'sub/c.txt',
      'sub/deep/d.txt',
    ]);
    expect(await listProcessedFiles(root, { glob: ['sub/*.txt', '{a,sub/c}.txt'], cwd: root })).toEqual([
      'sub/c.txt',
      'a.txt',
    ]);
    expect(await listProcessedFiles(root, { glob: `${root}/sub/**/.git/*` })).toEqual(['sub/.git/e.txt']);
    expect(await listProcessedFiles(root, { glob: 'nothing/*.txt', cwd: root })).toEqual([]);
  });

  it.each<[pattern: string, yes: string[], no: string[]]>([
    ['*.txt', ['a.txt', 'a b.txt'], ['.a.txt', 'x/a.txt', 'a.txt.gz', 'atxt']],
    ['.*', ['.env'], ['env']],
    ['**/*.txt', ['a.txt', 'x/a.txt', 'x/y/a.txt'], ['.x/a.txt', 'x/.a.txt']],
    ['x/**', ['x/a', 'x/y/a'], ['x', 'xy/a', 'x/.a']],
    ['x/**/z', ['x/z', 'x/y/z', 'x/y/y/z'], ['x/yz']],
    ['?.txt', ['a.txt', 'ñ.txt', '😀.txt'], ['ab.txt', '.txt']],
    ['[a-c]1', ['a1', 'c1'], ['d1', '-1']],
    ['[!a-c]1', ['d1'], ['a1', '/1', '.1']],
    ['[]a]', [']', 'a'], ['b']],
    ['{a,b{1,2}}.txt', ['a.txt', 'b1.txt', 'b2.txt'], ['b.txt', 'ab1.txt']],
    ['{a,{b,{c,d}}}', ['a', 'b', 'c', 'd'], ['{a', '{c,d}']],
    ['{a}', ['{a}'], ['a']],
    ['{{a,b}}', ['{a}', '{b}'], ['a', '{{a,b}}']],
    ['{x{a,b}', ['{xa', '{xb'], ['xa', '{x{a,b}']],
    ['a\\*', ['a*'], ['ab']],
    ['a+(b).$', ['a+(b).$'], ['aab.$']],
    ['./a.txt', ['a.txt'], ['b.txt']],
    ['a*b*c', ['abc', 'aXbYc'], ['ab', 'a/b/c']],
  ])('%s matches as shells do', (pattern, yes, no) => {
    const test = compileGlob(pattern);
    expect([...yes, ...no].filter((path) => test(path))).toEqual(yes);
  });
});

it('a list of files, directories and globs contributes each file once', async () => {
  const root = await createTree('a.txt', 'b.txt', 'sub/c.txt');
  const files = [join(root, 'b.txt'), { directory: root }, { glob: '**/*.txt', cwd: root }];
  expect(await listProcessedFiles(root, files)).toEqual(['b.txt', 'a.txt', 'sub/c.txt']);
});

it.each<[what: string, files: unknown, message: RegExp]>([
  ['a string', 'docs/*.txt', /Use \{ glob: "docs\/\*\.txt" \}, \{ directory: /],
  ['an empty glob', { glob: '' }, /`glob` to be a pattern/],
  ['an invalid character range', [{ glob: '[z-a].txt' }], /`glob` to be a pattern/],
  ['a directory that is not a path', { directory: 5 }, /`directory` to be a directory/],
  ['an option that does not exist', { directory: '.', recusrive: true }, /recursive/],
  ['a watched glob', { glob: '*', watch: true }, /watch/],
])('%s is rejected synchronously', async (_what, files, message) => {
  const { client } = await batchService();
  const pipeline = client.createPipeline('notes', ['parser']);
  expect(() => pipeline.processMany(files as FileSet)).toThrow(ValidationError);
  expect(() => pipeline.processMany(files as FileSet)).toThrow(message);
});
