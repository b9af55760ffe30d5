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

async function tree(...paths: string[]): Promise<string> {
  const root = await scratch();
  for (const path of paths) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const usual = [
  'b.txt',
  'a.txt',
  '.hidden.txt',
  'notes.md',
  'sub/c.txt',
  'sub/deep/d.txt',
  'sub/.git/e.txt',
  'old/f.txt',
];

/** What a batch takes, as paths from the root. */
async function taken(root: string, files: FileSet, options: ProcessManyOptions = {}): Promise<string[]> {
  const { client } = await batchService();
  const pipeline = client.createPipeline('notes', ['parser']);
  const { results } = await pipeline.processMany(files, { downloadOutput: false, concurrency: 1, ...options }).all();
  expect(results.filter(({ status }) => status === 'failed')).toEqual([]);
  return results.map(({ key }) => relative(root, resolve(key)));
}

describe('a directory', () => {
  it('is its files in the order of their names, without hidden ones and what lies below', async () => {
    const root = await tree('b.txt', 'a.txt', '.hidden.txt', 'sub/c.txt');
    expect(await taken(root, { directory: root })).toEqual(['a.txt', 'b.txt']);
    expect(await taken(root, { directory: pathToFileURL(root) })).toEqual(['a.txt', 'b.txt']);
  });

  it('is taken with all below it when it is recursive, as include and exclude say', async () => {
    const root = await tree(...usual);
    const where = { directory: root, recursive: true, include: '*.txt' };
    expect(await taken(root, where)).toEqual(['a.txt', 'b.txt', 'old/f.txt', 'sub/c.txt', 'sub/deep/d.txt']);
    expect(await taken(root, { ...where, exclude: ['old', 'sub/deep/*'] })).toEqual(['a.txt', 'b.txt', 'sub/c.txt']);
    expect(await taken(root, { ...where, include: 'sub/**' })).toEqual(['sub/c.txt', 'sub/deep/d.txt']);
  });

  it('is not entered by a link, so that no circle is walked for ever; a link to a file is a file', async () => {
    const root = await tree('a.txt', 'sub/c.txt');
    await symlink(root, join(root, 'sub/circle'));
    await symlink(join(root, 'a.txt'), join(root, 'sub/z.txt'));
    expect(await taken(root, { directory: root, recursive: true })).toEqual(['a.txt', 'sub/c.txt', 'sub/z.txt']);
  });

  it('does not count what the batch itself writes into it', async () => {
    const output = '00000000-0000-4000-8000-000000000099.json';
    const apart = await tree('a.txt', 'out/before.txt');
    const where = { recursive: true };
    const manifest = 'batch.jsonl';
    const own = (root: string) => ({ manifest: join(root, manifest), downloadOutput: true });
    const save = { localSaveDirectory: join(apart, 'out') };
    expect(await taken(apart, { ...where, directory: apart }, { ...own(apart), ...save })).toEqual(['a.txt']);
    const beside = await tree('a.txt', output, 'out/a.txt');
    expect(
      await taken(beside, { ...where, directory: beside }, { ...own(beside), localSaveDirectory: beside }),
    ).toEqual(['a.txt', 'out/a.txt']);
  });

  it('that is not there is said, and nothing is sent', async () => {
    const { client, to } = await batchService();
    const gone = client.createPipeline('notes', ['parser']).processMany({ directory: '/no/such/place' });
    await expect(gone.all()).rejects.toThrow(/There is no directory at \/no\/such\/place/);
    expect(to('/krixik-core-process')).toEqual([]);
  });

  it('below it that cannot be read fails by its name, and the others are processed', async () => {
    const root = await tree('a.txt', 'z/b.txt');
    // too deep for its path: nobody can read it, whatever his rights
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

  it('that is watched gives files as they appear, once nothing is added to them, until the signal is aborted', async () => {
    const root = await tree('a.txt');
    const { client, names } = await batchService();
    const stop = new AbortController();
    const pipeline = client.createPipeline('notes', ['parser']);
    const keys: string[] = [];
    const batch = pipeline.processMany(
      { directory: root, recursive: true, watch: true },
      { signal: stop.signal, downloadOutput: false, onFile: ({ key }) => void keys.push(relative(root, resolve(key))) },
    );
    const ended = batch.all().catch((error: unknown) => error);
    await expect.poll(() => keys, { timeout: 30_000 }).toEqual(['a.txt']);
    await mkdir(join(root, 'later'));
    await writeFile(join(root, 'later/b.txt'), '');
    const writing = setInterval(() => void appendFile(join(root, 'later/b.txt'), text), 100);
    await writeFile(join(root, 'c.txt'), text);
    await expect.poll(() => keys, { timeout: 30_000 }).toEqual(['a.txt', 'c.txt']);
    clearInterval(writing);
    await expect.poll(() => keys, { timeout: 30_000 }).toEqual(['a.txt', 'c.txt', 'later/b.txt']);
    const reason = new Error('enough');
    stop.abort(reason);
    expect(await ended).toBe(reason);
    expect(names()).toHaveLength(3);
  });
});

describe('a glob', () => {
  it('is matched from its directory, each file once', async () => {
    const root = await tree(...usual);
    expect(await taken(root, { glob: '*.txt', cwd: root })).toEqual(['a.txt', 'b.txt']);
    expect(await taken(root, { glob: '**/*.txt', cwd: root, exclude: 'old/**' })).toEqual([
      'a.txt',
      'b.txt',
      'sub/c.txt',
      'sub/deep/d.txt',
    ]);
    expect(await taken(root, { glob: ['sub/*.txt', '{a,sub/c}.txt'], cwd: root })).toEqual(['sub/c.txt', 'a.txt']);
    expect(await taken(root, { glob: `${root}/sub/**/.git/*` })).toEqual(['sub/.git/e.txt']);
    expect(await taken(root, { glob: 'nothing/*.txt', cwd: root })).toEqual([]);
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
    ['{a}', ['{a}'], ['a']],
    ['a\\*', ['a*'], ['ab']],
    ['a+(b).$', ['a+(b).$'], ['aab.$']],
    ['./a.txt', ['a.txt'], ['b.txt']],
    ['a*b*c', ['abc', 'aXbYc'], ['ab', 'a/b/c']],
  ])('%s matches as shells do', (pattern, yes, no) => {
    const test = compileGlob(pattern);
    expect([...yes, ...no].filter((path) => test(path))).toEqual(yes);
  });
});

it('a list may hold files and places, and takes a file once that is given and found', async () => {
  const root = await tree('a.txt', 'b.txt', 'sub/c.txt');
  const files = [join(root, 'b.txt'), { directory: root }, { glob: '**/*.txt', cwd: root }];
  expect(await taken(root, files)).toEqual(['b.txt', 'a.txt', 'sub/c.txt']);
});

it.each<[what: string, files: unknown, message: RegExp]>([
  ['a text', 'docs/*.txt', /Use \{ glob: "docs\/\*\.txt" \}, \{ directory: /],
  ['an empty glob', { glob: '' }, /`glob` to be a pattern/],
  ['a set that is none', [{ glob: '[z-a].txt' }], /`glob` to be a pattern/],
  ['a directory that is no path', { directory: 5 }, /`directory` to be a directory/],
  ['an option that does not exist', { directory: '.', recusrive: true }, /recursive/],
  ['a glob that is to be watched', { glob: '*', watch: true }, /watch/],
])('%s is refused at once', async (_what, files, message) => {
  const { client } = await batchService();
  const pipeline = client.createPipeline('notes', ['parser']);
  expect(() => pipeline.processMany(files as FileSet)).toThrow(ValidationError);
  expect(() => pipeline.processMany(files as FileSet)).toThrow(message);
});
