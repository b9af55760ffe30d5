import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from 'millrace/shared/types/json.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ModuleError } from '../../src/module-contract/module.js';
import { loadCustomModules } from '../../src/custom-modules/load-custom-modules.js';
import { createRunner } from '../../src/runner/fork-pool.js';
import type { RunnerLogLine, RunnerProgress } from '../../src/runner/runner.js';
import type { ModuleWarnings } from '../../src/runner/task-warnings.js';
import type { RunnerOptions } from '../../src/runner/runner-options.js';
import { makePdf } from '../convert/make/make-documents.js';
import { temporaryDirectory, wideLimits } from '../modules/run-module.js';
import { writeConfig } from './write-config.js';

interface Task {
  readonly content?: string | Uint8Array;
  readonly fileName?: string;
  readonly params?: Record<string, Json>;
  readonly options?: RunnerOptions;
}

/** Runs a custom module in a child process, from a configuration file. */
async function runCustom(
  module: string,
  { content = 'a line\n', fileName = 'a.txt', params = {}, options }: Task = {},
) {
  const { definitions, config } = await loadCustomModules(await writeConfig(module), '/nowhere');
  const definition = definitions[0]?.definition;
  if (!definition || !config) throw new Error('Expected a module');
  const runner = createRunner({ concurrency: 1, config, ...options });
  onTestFinished(() => runner.close());
  const scratch = await temporaryDirectory();
  const path = join(await temporaryDirectory(), 'input');
  await writeFile(path, content);
  const lines: RunnerLogLine[] = [];
  const reports: RunnerProgress[] = [];
  const warnings: ModuleWarnings[] = [];
  const { name, input: format, defaultModel } = definition;
  const input = { path, format, textKey: 'snippet', fileName, isUpload: true };
  const result = await runner.run(
    { module: name, model: defaultModel, params, input, scratch, limits: wideLimits },
    {
      signal: new AbortController().signal,
      onLog: (line) => lines.push(line),
      onProgress: (report) => reports.push(report),
      onWarnings: (update) => warnings.push(update),
    },
  );
  return { ...result, text: await readFile(result.path, 'utf8'), lines, reports, warnings };
}

const moduleSource = (input: string, output: string, run: string, more = ''): string =>
  `defineModule({ name: 'custom-tool', input: '${input}', output: '${output}', ${more} async run(file, context) { ${run} } })`;

describe('a custom module', () => {
  it('returns a text', async () => {
    const { text, facts } = await runCustom(moduleSource('text', 'text', 'return (await file.text()).toUpperCase()'));
    expect([text, facts]).toEqual(['A LINE\n', { num_lines: 2 }]);
  });

  it('gets the text of a document', async () => {
    const content = makePdf([['one'], ['two']]);
    const { text } = await runCustom(moduleSource('text', 'text', 'return file.text()'), {
      content,
      fileName: 'a.pdf',
    });
    expect(text).toBe('one\ntwo');
  });

  it('gets and returns items, with the defaults of its parameters', async () => {
    const { text, facts } = await runCustom(
      moduleSource(
        'json',
        'json',
        'return (await file.items()).map(({ text, lineNumbers }) => ({ caption: context.params.before + text, lineNumbers, size: 0.5, count: 2 }))',
        "outputKey: 'caption', params: z.object({ before: z.string().default('> ') }),",
      ),
      { content: '[{"transcript": "sí", "line_numbers": [3]}]' },
    );
    expect(text).toBe('[{"caption": "> s\\u00ed", "lineNumbers": [3], "size": 0.5, "count": 2}]');
    expect(facts).toEqual({ num_lines: 1 });
  });

  it('returns bytes, or a file in its scratch directory with facts', async () => {
    expect((await runCustom(moduleSource('text', 'npy', 'return file.bytes()'))).text).toBe('a line\n');
    const write =
      "const { writeFile } = await import('node:fs/promises'); const path = context.scratch + '/x'; await writeFile(path, 'x'); return { path, facts: { letters: 1 } }";
    expect(await runCustom(moduleSource('text', 'text', write))).toMatchObject({ text: 'x', facts: { letters: 1 } });
  });

  it('reports progress, and writes to the log', async () => {
    const { lines, reports } = await runCustom(
      moduleSource(
        'text',
        'text',
        "context.progress(1, 2, 'half'); context.log('so far'); context.log('oh', 'warning'); return ''",
      ),
    );
    expect(reports.at(-1)).toEqual({ current: 1, total: 2, message: 'half' });
    expect(lines).toEqual([
      { level: 'info', message: 'so far' },
      { level: 'warning', message: 'oh' },
    ]);
  });

  it('adds warnings with a page and part, which are written to the log as well', async () => {
    const { warnings, lines } = await runCustom(
      moduleSource(
        'text',
        'text',
        "context.warn({ code: 'unreadable-page', message: 'It is blank.', page: 3, part: 'Annex' }); context.warn('just words'); return ''",
      ),
    );
    expect(warnings).toEqual([
      {
        items: [
          { code: 'unreadable-page', message: 'It is blank.', page: 3, part: 'Annex' },
          { code: 'other', message: 'just words' },
        ],
        count: 2,
      },
    ]);
    expect(lines).toEqual([
      { level: 'warning', message: 'page 3, Annex: It is blank. [unreadable-page]' },
      { level: 'warning', message: 'just words [other]' },
    ]);
  });

  it('may add a limited number of warnings of limited length, and further ones are counted', async () => {
    const { warnings } = await runCustom(
      moduleSource(
        'text',
        'text',
        "for (let i = 0; i < 412; i++) context.warn({ code: 'No Code', message: 'x'.repeat(5000), page: -1, part: 5 }); return ''",
      ),
    );
    expect(warnings[0]?.count).toBe(412);
    expect(warnings[0]?.items).toHaveLength(100);
    expect(warnings[0]?.items.at(-1)).toEqual({ code: 'other', message: `${'x'.repeat(500)}…` });
  });

  it('may write a limited number of log lines of limited length', async () => {
    const { lines } = await runCustom(
      moduleSource(
        'text',
        'text',
        "for (let i = 0; i < 30_000; i++) context.log('x'.repeat(5000), 'silly'); return ''",
      ),
    );
    expect(lines).toHaveLength(10_000);
    expect(lines[0]?.message).toHaveLength(4001);
    expect(lines.at(-1)).toMatchObject({
      level: 'warning',
      message: 'This module has reached the limit of 10000 log lines. Later lines are discarded.',
    });
  });
});

describe('a failing custom module', () => {
  // a deadline that these modules do not reach; the endless loop below has a shorter one
  const limited = { taskTimeoutMs: 300_000, memoryBytes: 256 * 2 ** 20 };
  it.for<[string, string, string | RegExp]>([
    [
      'throws a ModuleError',
      moduleSource('text', 'text', "throw new ModuleError('The text is too short.')"),
      /^The text is too short\.$/,
    ],
    ['throws another error', moduleSource('text', 'text', 'null.x'), /^The module failed: TypeError: /],
    [
      'returns nothing',
      moduleSource('text', 'text', ''),
      "Expected 'custom-tool' to return a string, bytes or { path }, got undefined",
    ],
    [
      'returns a text in place of items',
      moduleSource('text', 'json', "return 'a'"),
      'to return a list of objects, bytes',
    ],
    ['returns items without a text', moduleSource('text', 'json', 'return [{}]'), 'to have a string under "snippet"'],
    [
      'returns a file outside its scratch directory',
      moduleSource('text', 'text', "return { path: '/etc/hostname' }"),
      'outside its scratch directory',
    ],
    [
      'leaks memory',
      moduleSource('text', 'text', 'const a = []; for (;;) a.push(new Array(1000).fill(a.length))'),
      'ran out of memory',
    ],
    [
      'leaks buffers',
      moduleSource('text', 'text', 'const a = []; for (;;) a.push(Buffer.alloc(2 ** 20, 1))'),
      'out of memory',
    ],
    ['exits', moduleSource('text', 'text', 'process.exit(3)'), 'exited with code 3'],
    ['crashes its process', moduleSource('text', 'text', "process.kill(process.pid, 'SIGSEGV')"), 'crashed (SIGSEGV)'],
  ])('fails the task with the reason if it %s', async ([, module, message]) => {
    await expect(runCustom(module, { options: limited })).rejects.toThrow(message);
  });

  it('fails the task if it runs beyond the deadline', async () => {
    const options = { ...limited, taskTimeoutMs: 2000 };
    const run = runCustom(moduleSource('text', 'text', 'for (;;);'), { options });
    await expect(run).rejects.toThrow('took longer than 2 s and was stopped');
  });

  it('fails the task if its schema rejects the parameters', async () => {
    const module = moduleSource('text', 'text', "return ''", 'params: z.object({ size: z.int().max(9) }),');
    const refused = runCustom(module, { params: { size: 10 } });
    await expect(refused).rejects.toThrow(ModuleError);
    await expect(refused).rejects.toThrow(/^Invalid params for custom-tool: size: /);
  });
});
