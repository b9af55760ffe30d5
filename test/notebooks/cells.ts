import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { textOf, type Kernel } from './kernel.js';
import type { NotebookProject } from './notebook-project.js';

/** Returns a config with the module `hold`, which waits for each file until `open-mill` or `open-molino` exists in the directory. */
export const holdingConfig = (directory: string): string => `
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

/** Defines the tests of cells, in a kernel without declarations of earlier cells. `scratch` is the directory of the module `hold`. */
export function testCells(open: () => { project: NotebookProject; kernel: Kernel; scratch: string }): void {
  let project: NotebookProject;
  let kernel: Kernel;
  let scratch: string;

  beforeAll(async () => {
    ({ project, kernel, scratch } = open());
    kernel.reset();
    expect(await kernel.run(setUp)).toEqual({ status: 'ok', outputs: [], text: '' });
  });

  /** Runs a cell that must succeed, and returns what it prints. */
  async function runOk(code: string): Promise<string> {
    const { status, text } = await kernel.run(code);
    expect(status, text).toBe('ok');
    return text;
  }

  /** Runs a cell that must fail, and returns what it prints. */
  async function runFailing(code: string): Promise<string> {
    const { status, text } = await kernel.run(code);
    expect(status, text).toBe('error');
    return text;
  }

  test('a cell with type errors reports each error and is not run', async () => {
    const text = await runFailing(`client.createPipeline('notes', ['parser', 'vector-db'])
    await sentences.keywordSearch('wheel', {})
    await sentences.process(texts[0], { waitForProces: false })`);
    expect(text).toMatch(
      /^1:\d+ - Type '"vector-db"' is not assignable to type '"'parser' outputs json, but 'vector-db' takes npy"'\.$/m,
    );
    expect(text).toMatch(
      /^2:\d+ - Property 'keywordSearch' does not exist on type 'PipelineBase<readonly \["parser"\]>'\.$/m,
    );
    expect(text).toMatch(/^3:\d+ - .*Did you mean to write 'waitForProcess'\?$/m);
    expect(await runOk(`await runsOf('phrases')`)).toBe('0\n');
  });

  test('an error is printed with its message and properties, without stack frames', async () => {
    expect(await runFailing(`client.createPipeline('notes', ['parser', 'vector-db'] as any)`)).toMatch(
      /^ChainError: .*'parser' outputs json, but 'vector-db' takes npy.*\n( {2}\w+: .*\n)+$/,
    );
    expect(await runFailing(`await sentences.process('../files/lost.txt')`)).toMatch(
      /^ValidationError: There is no file at .*lost\.txt\n( {2}\w+: .*\n)+$/,
    );
  });

  test('values are printed in short form, without the API key', async () => {
    const setUpValues = `
    const long = Array.from({ length: 500 }, (_, i) => 'Sentence ' + i + '.').join('\\n');
    const run = await sentences.process(new TextEncoder().encode(long), { fileName: 'long.txt', waitForProcess: false });
    const done = await run.wait({ localSaveDirectory: 'out' });
    const words = client.createPipeline('words', ['keyword-db']);
    const text = await words.process(texts[0], { localSaveDirectory: 'out' });
    const batch = sentences.processMany(texts, { localSaveDirectory: 'out' });`;
    const expectedOutputs = {
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
    const prints = Object.keys(expectedOutputs).map((code) => `console.log(${code}, '\\n${line}');`);
    const { status, outputs, text } = await kernel.run(`${setUpValues}\n${prints.join('\n')}`);
    expect(status, text).toBe('ok');
    // output of console.log is text, not a display
    expect(outputs).toHaveLength(1);
    expect(text).not.toContain(project.server.apiKey);
    const texts = text.split(` \n${line}\n`);
    for (const [index, pattern] of Object.values(expectedOutputs).entries()) {
      expect(texts[index]).toMatch(pattern);
      expect(texts[index]!.split('\n').length, texts[index]).toBeLessThan(40);
    }
    // the object itself is complete
    const whole = await runOk(
      `console.log(done.output!.length, Object.keys(await run.status()).length > 15, (await run.status()).toRows().length);
    console.dir(done, { depth: null, maxArrayLength: null })`,
    );
    expect(whole).toMatch(/^500 true 1\n/);
    expect(whole.split('\n').length).toBeGreaterThan(500);
  });

  describe('an interrupted cell continues when it is run again', () => {
    /** Interrupts a cell once it has printed `seen`. Its first statement must not print, because the kernel handles no signals then. */
    async function interruptCell(code: string, seen: string): Promise<void> {
      const { outputs, ended } = kernel.start(code);
      await expect.poll(() => textOf(outputs)).toContain(seen);
      kernel.interrupt();
      expect(await ended).toBe('error');
      expect(textOf(outputs)).toContain('Interrupted asynchronously');
    }
    const openGate = (gate: string): Promise<void> => writeFile(join(scratch, `open-${gate}`), '');
    const closeGate = (gate: string): Promise<void> => rm(join(scratch, `open-${gate}`), { force: true });

    test('while it waits for a run that another cell started', async () => {
      await closeGate('mill');
      await runOk(`const slow = await hold('waits').process(texts[0], { waitForProcess: false });`);
      const cell = `await 0; console.log('waiting'); const result = await slow.wait({ localSaveDirectory: 'out' }); result`;
      await interruptCell(cell, 'waiting');
      await openGate('mill');
      expect(await runOk(cell)).toMatch(/^waiting\nProcessResult \{[^]*outputFiles: \[[^]*\.txt'/);
      expect(await runOk(`await runsOf('waits')`)).toBe('1\n');
    });

    test('after an upload, with its own idempotencyKey', async () => {
      await closeGate('mill');
      const cell = `const kept = await hold('uploads').process(texts[0], {
      idempotencyKey: 'the-mill-1', localSaveDirectory: 'out', onStatus: ({ type }) => console.log(type) }); kept`;
      await interruptCell(cell, 'uploaded');
      await openGate('mill');
      expect(await runOk(cell)).toMatch(/succeeded\nProcessResult \{/);
      expect(await runOk(`await runsOf('uploads')`)).toBe('1\n');
    });

    test('while it waits for a batch that another cell created', async () => {
      await closeGate('mill');
      await openGate('molino');
      await runOk(`const many = hold('batch').processMany(texts, { localSaveDirectory: 'out' });`);
      const cell = `await 0; console.log('waiting'); await many.all()`;
      await interruptCell(cell, 'waiting');
      await openGate('mill');
      expect(await runOk(cell)).toMatch(/^waiting\nBatchSummary \(2 files\) \{ succeeded: 2,/);
      expect(await runOk(`await runsOf('batch')`)).toBe('2\n');
    });

    test('after a restart of the kernel, with a manifest', async () => {
      await closeGate('mill');
      await openGate('molino');
      const cell = `await hold('manifest').processMany(texts, {
      localSaveDirectory: 'out', manifest: 'cells.jsonl', onStatus: ({ type }) => console.log(type) }).all()`;
      // one file is done, the other is in progress
      await interruptCell(cell, 'succeeded');
      expect(await runFailing(cell)).toContain('cells.jsonl to be free, but process');
      await kernel.close();
      kernel = project.startKernel('examples/notebooks');
      await runOk(setUp);
      await openGate('mill');
      expect(await runOk(cell)).toMatch(/BatchSummary \(2 files\) \{ succeeded: 1, skipped: 1,/);
      expect(await runOk(`await runsOf('manifest')`)).toBe('2\n');
    });
  });
}
