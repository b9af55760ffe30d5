import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kernel } from './kernel.js';
import { openNotebookProject, type NotebookProject } from './notebook-project.js';

let scratch: string;
let project: NotebookProject;
let kernel: Kernel;

/** A module that works on a file until there is another one, named after the pipeline: nothing ends before a test says so. */
const holdingModule = (directory: string): string => `
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineModule } from '@millrace/server';

export default {
  modules: [
    defineModule({
      name: 'hold',
      input: 'text',
      output: 'text',
      async run(file, { signal }) {
        const text = await file.text();
        const gate = ${JSON.stringify(directory)} + '/open-' + (text.includes('molino') ? 'molino' : 'mill');
        while (!existsSync(gate)) await sleep(20, undefined, { signal });
        return text;
      },
    }),
  ],
};
`;

const setUp = `
import { Client } from 'millrace';
const client = new Client();
const sentences = client.createPipeline('sentences', ['parser']);
const hold = (name: string) => client.createPipeline(name, ['hold'] as any);
const texts = ['files/the-mill.txt', 'files/el-molino.txt'];
const runsOf = async (of: string) => (await client.runs.list({ of })).items.length;
`;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'millrace-cells-'));
  const config = join(scratch, 'millrace.config.mjs');
  await writeFile(config, holdingModule(scratch));
  project = await openNotebookProject({ config });
  kernel = project.startKernel('examples');
  expect(await kernel.run(setUp)).toEqual({ status: 'ok', outputs: [], text: '' });
});
afterAll(async () => {
  await project.close();
  await rm(scratch, { recursive: true, force: true });
});

/** What a cell prints that works. */
async function printed(code: string): Promise<string> {
  const { status, text } = await kernel.run(code);
  expect(status, text).toBe('ok');
  return text;
}

/** What a cell prints that does not. */
async function refused(code: string): Promise<string> {
  const { status, text } = await kernel.run(code);
  expect(status, text).toBe('error');
  return text;
}

describe('a wrong cell says what is wrong with it, and is not run:', () => {
  test('a chain that does not fit together', async () => {
    expect(await refused(`client.createPipeline('notes', ['parser', 'vector-db'])`)).toMatch(
      /^1:\d+ - Type '"vector-db"' is not assignable to type '"'parser' outputs json, but 'vector-db' takes npy"'\.\n$/,
    );
  });

  test('a search that the chain does not have', async () => {
    expect(await refused(`await sentences.keywordSearch('wheel', {})`)).toMatch(
      /^1:\d+ - Property 'keywordSearch' does not exist on type 'PipelineBase<readonly \["parser"\]>'\.\n$/,
    );
  });

  test('an option that is misspelt', async () => {
    expect(await refused(`await sentences.process(texts[0], { waitForProces: false })`)).toContain(
      "Did you mean to write 'waitForProcess'?",
    );
  });
});

test('an error is its sentence and what else is known of it, without the frames of the kernel', async () => {
  expect(await refused(`client.createPipeline('notes', ['parser', 'vector-db'] as any)`)).toMatch(
    /^ChainError: .*'parser' outputs json, but 'vector-db' takes npy.*\n( {2}\w+: .*\n)+$/,
  );
  expect(await refused(`await sentences.process('files/lost.txt')`)).toMatch(
    /^ValidationError: There is no file at .*lost\.txt\n( {2}\w+: .*\n)+$/,
  );
});

test('what a cell ends with is printed short, and the key never', async () => {
  await printed(`
    const long = Array.from({ length: 500 }, (_, i) => 'Sentence ' + i + '.').join('\\n');
    const run = await sentences.process(new TextEncoder().encode(long), { fileName: 'long.txt', waitForProcess: false });
    const done = await run.wait({ localSaveDirectory: 'out' });
    const words = client.createPipeline('words', ['keyword-db']);
    const text = await words.process(texts[0], { localSaveDirectory: 'out' });
    const batch = sentences.processMany(texts, { localSaveDirectory: 'out' });`);
  const looks = {
    client: /^Client \{ apiUrl: '.*', apiKey: '.+' \}$/,
    sentences: /^Pipeline 'sentences' \[parser\]$/,
    run: /^RunHandle \{ id: '.*', fileId: '.*' \}$/,
    done: /^ProcessResult \{[^]*snippet: 'Sentence 4\.'[^]*\.\.\. 495 more items[^]*outputFiles: \[[^]*\.json'/,
    'await run.status()': /^RunStatus \{[^]*state: 'completed',[^]*tasks: \[ 'parser: completed' \]/,
    'await client.runs.list()': /^RunPage \{[^]*of 'sentences': completed"/,
    'await sentences.list({ fileIds: [done.fileId] })': /^FilePage \{[^]*path: '\/etc\/long\.txt'/,
    'await words.showTree()': /^\/\n└── \/etc\n {4}└── the-mill-/,
    "await words.keywordSearch('wheel', { fileIds: [text.fileId] })":
      /^SearchResult \{[^]*\{ keyword: 'wheel', lineNumber: 7/,
    batch: /^BatchRun of 'sentences': not started, 0 files done$/,
    'await batch.all()': /^BatchSummary \{[^]*'files\/the-mill\.txt: succeeded'/,
    'batch ': /^BatchRun of 'sentences': started, 2 files done$/,
  };
  for (const [code, look] of Object.entries(looks)) {
    const text = await printed(code);
    expect(text.trimEnd()).toMatch(look);
    expect(text.split('\n').length, text).toBeLessThan(40);
    expect(text).not.toContain(project.server.apiKey);
  }
  // the record itself is whole
  expect(await printed('console.log(done.output!.length, Object.keys(await run.status()).length > 15)')).toBe(
    '500 true\n',
  );
  expect(
    (await printed('console.dir(done, { depth: null, maxArrayLength: null })')).split('\n').length,
  ).toBeGreaterThan(500);
});

describe('an interrupted cell can be run again', () => {
  /** Runs a cell until it has printed this, and interrupts it. It must not be its first statement that prints: the kernel gets no signal then. */
  async function interrupt(code: string, seen: string): Promise<void> {
    const { outputs, ended } = kernel.start(code);
    await expect.poll(() => outputs.map(({ text }) => text).join(''), { timeout: 30_000 }).toContain(seen);
    kernel.interrupt();
    expect(await ended).toBe('error');
    expect(outputs.map(({ text }) => text).join('')).toContain('Interrupted asynchronously');
  }
  const open = (gate: string): Promise<void> => writeFile(join(scratch, `open-${gate}`), '');
  const close = (gate: string): Promise<void> => rm(join(scratch, `open-${gate}`), { force: true });

  test('when it waits for a run that another cell started', async () => {
    await close('mill');
    await printed(`const slow = await hold('waits').process(texts[0], { waitForProcess: false });`);
    const cell = `await 0; console.log('waiting'); const result = await slow.wait({ localSaveDirectory: 'out' }); result`;
    await interrupt(cell, 'waiting');
    await open('mill');
    expect(await printed(cell)).toMatch(/^waiting\nProcessResult \{[^]*outputFiles: \[[^]*\.txt'/);
    expect(await printed(`await runsOf('waits')`)).toBe('1\n');
  });

  test('when it also uploads, by a key of its own', async () => {
    await close('mill');
    const cell = `const kept = await hold('uploads').process(texts[0], {
      idempotencyKey: 'the-mill-1', localSaveDirectory: 'out', onStatus: ({ type }) => console.log(type) }); kept`;
    await interrupt(cell, 'uploaded');
    await open('mill');
    expect(await printed(cell)).toMatch(/succeeded\nProcessResult \{/);
    expect(await printed(`await runsOf('uploads')`)).toBe('1\n');
  });

  test('when it waits for a batch that another cell made', async () => {
    await close('mill');
    await open('molino');
    await printed(`const many = hold('batch').processMany(texts, { localSaveDirectory: 'out' });`);
    const cell = `await 0; console.log('waiting'); await many.all()`;
    await interrupt(cell, 'waiting');
    await open('mill');
    expect(await printed(cell)).toContain('succeeded: 2,');
    expect(await printed(`await runsOf('batch')`)).toBe('2\n');
  });

  test('after a restart of the kernel, by a manifest', async () => {
    await close('mill');
    await open('molino');
    const cell = `await hold('manifest').processMany(texts, {
      localSaveDirectory: 'out', manifest: 'cells.jsonl', onStatus: ({ type }) => console.log(type) }).all()`;
    // the one is done, the other under way
    await interrupt(cell, 'succeeded');
    expect(await refused(cell)).toContain('cells.jsonl to be free, but process');
    await kernel.close();
    kernel = project.startKernel('examples');
    await printed(setUp);
    await open('mill');
    expect(await printed(cell)).toMatch(/succeeded: 1,\n +skipped: 1,/);
    expect(await printed(`await runsOf('manifest')`)).toBe('2\n');
  });
});
