import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { textOf, type Kernel } from './kernel.js';
import type { NotebookProject } from './notebook-project.js';

/** A module that works on a file until there is another one, named after the pipeline: nothing ends before a test says so. */
export const holdingModule = (directory: string): string => `
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
const sentences = client.createPipeline('phrases', ['parser']);
const hold = (name: string) => client.createPipeline(name, ['hold'] as any);
const texts = ['../files/the-mill.txt', '../files/el-molino.txt'];
const runsOf = async (of: string) => (await client.runs.list({ of })).items.length;
`;

/** What works in cells, in a kernel that has no names of other cells. `scratch` is the directory of the holding module. */
export function testCells(open: () => { project: NotebookProject; kernel: Kernel; scratch: string }): void {
  let project: NotebookProject;
  let kernel: Kernel;
  let scratch: string;

  beforeAll(async () => {
    ({ project, kernel, scratch } = open());
    kernel.reset();
    expect(await kernel.run(setUp)).toEqual({ status: 'ok', outputs: [], text: '' });
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

  test('a wrong cell says what is wrong with it, and is not run', async () => {
    const text = await refused(`client.createPipeline('notes', ['parser', 'vector-db'])
    await sentences.keywordSearch('wheel', {})
    await sentences.process(texts[0], { waitForProces: false })`);
    expect(text).toMatch(
      /^1:\d+ - Type '"vector-db"' is not assignable to type '"'parser' outputs json, but 'vector-db' takes npy"'\.$/m,
    );
    expect(text).toMatch(
      /^2:\d+ - Property 'keywordSearch' does not exist on type 'PipelineBase<readonly \["parser"\]>'\.$/m,
    );
    expect(text).toMatch(/^3:\d+ - .*Did you mean to write 'waitForProcess'\?$/m);
    expect(await printed(`await runsOf('phrases')`)).toBe('0\n');
  });

  test('an error is its sentence and what else is known of it, without the frames of the kernel', async () => {
    expect(await refused(`client.createPipeline('notes', ['parser', 'vector-db'] as any)`)).toMatch(
      /^ChainError: .*'parser' outputs json, but 'vector-db' takes npy.*\n( {2}\w+: .*\n)+$/,
    );
    expect(await refused(`await sentences.process('../files/lost.txt')`)).toMatch(
      /^ValidationError: There is no file at .*lost\.txt\n( {2}\w+: .*\n)+$/,
    );
  });

  test('values are printed short, and the key never', async () => {
    const setUpValues = `
    const long = Array.from({ length: 500 }, (_, i) => 'Sentence ' + i + '.').join('\\n');
    const run = await sentences.process(new TextEncoder().encode(long), { fileName: 'long.txt', waitForProcess: false });
    const done = await run.wait({ localSaveDirectory: 'out' });
    const words = client.createPipeline('words', ['keyword-db']);
    const text = await words.process(texts[0], { localSaveDirectory: 'out' });
    const batch = sentences.processMany(texts, { localSaveDirectory: 'out' });`;
    const looks = {
      client: /^Client \{ apiUrl: '.*', apiKey: '.+' \}$/,
      sentences: /^Pipeline 'phrases' \[parser\]$/,
      run: /^RunHandle \{ id: '.*', fileId: '.*' \}$/,
      done: /^ProcessResult \{[^]*snippet: 'Sentence 4\.'[^]*\.\.\. 495 more items[^]*outputFiles: \[[^]*\.json'/,
      'await run.status()': /^RunStatus \{[^]*state: 'completed',[^]*tasks: \[ 'parser: completed' \]/,
      'await client.runs.list()': /^RunPage \{[^]*of 'phrases': completed"/,
      'await sentences.list({ fileIds: [done.fileId] })': /^FilePage \{[^]*path: '\/etc\/long\.txt'/,
      'await words.showTree()': /^\/\n└── \/etc\n {4}└── the-mill-/,
      "await words.keywordSearch('wheel', { fileIds: [text.fileId] })":
        /^SearchResult \{[^]*\{ keyword: 'wheel', lineNumber: 7/,
      batch: /^BatchRun of 'phrases': not started, 0 files done$/,
      'await batch.all()': /^BatchSummary \{[^]*'\.\.\/files\/the-mill\.txt: succeeded'/,
      'batch ': /^BatchRun of 'phrases': started, 2 files done$/,
    };
    const line = '-'.repeat(20);
    const prints = Object.keys(looks).map((code) => `console.log(${code}, '\\n${line}');`);
    const { status, outputs, text } = await kernel.run(`${setUpValues}\n${prints.join('\n')}`);
    expect(status, text).toBe('ok');
    // what the code of a cell prints is text, in a notebook too
    expect(outputs).toHaveLength(1);
    expect(text).not.toContain(project.server.apiKey);
    const texts = text.split(` \n${line}\n`);
    for (const [index, look] of Object.values(looks).entries()) {
      expect(texts[index]).toMatch(look);
      expect(texts[index]!.split('\n').length, texts[index]).toBeLessThan(40);
    }
    // the record itself is whole
    const whole = await printed(
      `console.log(done.output!.length, Object.keys(await run.status()).length > 15, (await run.status()).toRows().length);
    console.dir(done, { depth: null, maxArrayLength: null })`,
    );
    expect(whole).toMatch(/^500 true 1\n/);
    expect(whole.split('\n').length).toBeGreaterThan(500);
  });

  describe('an interrupted cell can be run again', () => {
    /** Runs a cell until it has printed this, and interrupts it. It must not be its first statement that prints: the kernel gets no signal then. */
    async function interrupt(code: string, seen: string): Promise<void> {
      const { outputs, ended } = kernel.start(code);
      await expect.poll(() => textOf(outputs), { timeout: 30_000 }).toContain(seen);
      kernel.interrupt();
      expect(await ended).toBe('error');
      expect(textOf(outputs)).toContain('Interrupted asynchronously');
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
      expect(await printed(cell)).toMatch(/^waiting\nBatchSummary \(2 files\) \{ succeeded: 2,/);
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
      kernel = project.startKernel('examples/notebooks');
      await printed(setUp);
      await open('mill');
      expect(await printed(cell)).toMatch(/BatchSummary \(2 files\) \{ succeeded: 1, skipped: 1,/);
      expect(await printed(`await runsOf('manifest')`)).toBe('2\n');
    });
  });
}
