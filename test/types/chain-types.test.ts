import { describe, expect, it, vi } from 'vitest';
import { compileErrors } from './compile.js';

// all tests wait for one compiler
vi.setConfig({ testTimeout: 240_000 });

const prelude = `
import { Client, type ModuleName, type Pipeline } from 'millrace';
const client = new Client();
`;
const check = (code: string): Promise<string[]> => compileErrors(prelude + code);

describe.concurrent('the compiler accepts', () => {
  it.each([
    ['a chain that fits', "client.createPipeline('n', ['parser', 'text-embedder', 'vector-db']);"],
    ['a chain of one module', "client.createPipeline('n', ['ocr']);"],
    ['a chain that repeats a module', "client.createPipeline('n', ['parser', 'sentiment', 'sentiment']);"],
    ['a chain that is a constant', "const c = ['parser', 'translate'] as const; client.createPipeline('n', c);"],
    [
      'a chain that ends in extract or classify',
      "client.createPipeline('n', ['extract']); client.createPipeline('n', ['ocr', 'classify']);",
    ],
    [
      'parameters and token usage annotated with their exported types',
      `import type { ClassifyParams, ExtractParams, ExtractionTarget, IfExists, ReadingParams, Usage } from 'millrace';
       const target: ExtractionTarget = 'row';
       const extract: ExtractParams = { schema: { type: 'object' }, target };
       const classify: ClassifyParams & ReadingParams = { labels: { a: 'b' }, ocr: 'never' };
       const ifExists: IfExists = 'skip';
       client.createPipeline('n', ['extract']).process('f', { ifExists, modules: { extract: { params: extract } } });
       client.createPipeline('n', ['classify']).process('f', { modules: { classify: { params: classify } } });
       client.runs.get('r').then(({ tasks }): Usage | undefined => tasks[0]?.usage);`,
    ],
    ['a chain that is only known at run time', 'declare const c: ModuleName[]; client.createPipeline("n", c);'],
    [
      'a pipeline of any chain as a Pipeline',
      "const p: Pipeline = client.createPipeline('n', ['parser'] as ModuleName[]);",
    ],
    [
      'a declared custom module',
      `declare module 'millrace' { interface ModuleRegistry { redact: import('millrace').Spec<'text', 'text', 'base'> } }
       client.createPipeline('n', ['redact', 'parser']);`,
    ],
  ])('%s', async (_name, code) => {
    expect(await check(code)).toEqual([]);
  });
});

describe.concurrent('a compiler error of a chain', () => {
  it.each([
    [
      'names two modules that do not fit',
      "client.createPipeline('n', ['parser', 'vector-db']);",
      "'parser' outputs json, but 'vector-db' takes npy",
    ],
    [
      'names the module that must be last',
      "client.createPipeline('n', ['extract', 'translate']);",
      "'extract' must be the last module, but 'translate' follows",
    ],
    [
      'names the first of several mismatches',
      "client.createPipeline('n', ['ocr', 'parser', 'ocr']);",
      "'ocr' outputs json, but 'parser' takes text",
    ],
    ['says that a chain needs a module', "client.createPipeline('n', []);", 'a chain needs at least one module'],
  ])('%s', async (_name, code, sentence) => {
    expect((await check(code)).join('\n')).toContain(sentence);
  });

  it('names an unknown module', async () => {
    expect((await check("client.createPipeline('n', ['parsr']);")).join('\n')).toMatch(/"parsr"/);
  });
});

describe.concurrent('a search method', () => {
  const all = "{ symbolicDirectoryPaths: ['/*'] }";

  it.each([
    ["client.createPipeline('n', ['keyword-db']).keywordSearch('q', ALL);"],
    [
      "client.createPipeline('n', ['parser', 'text-embedder', 'vector-db']).semanticSearch('q', { ...ALL, k: 3, sortOrder: 'global' });",
    ],
    ["client.createPipeline('n', ['keyword-db'] as ModuleName[]).semanticSearch('q', ALL);"],
  ])('exists if the chain ends in its module: %s', async (code) => {
    expect(await check(code.replace('ALL', all))).toEqual([]);
  });

  it.each([
    ["client.createPipeline('n', ['parser']).keywordSearch('q', ALL);", 'keywordSearch'],
    ["client.createPipeline('n', ['vector-db']).semanticSearch('q', ALL);", 'semanticSearch'],
    ["client.createPipeline('n', ['keyword-db']).semanticSearch('q', ALL);", 'semanticSearch'],
  ])('does not exist after any other module: %s', async (code, method) => {
    expect((await check(code.replace('ALL', all))).join('\n')).toContain(`Property '${method}' does not exist`);
  });
});

describe.concurrent('the `modules` option', () => {
  const process = (chain: string, modules: string): Promise<string[]> =>
    check(`client.createPipeline('n', ${chain}).process('f', { modules: ${modules} });`);

  it.each([
    ["['parser']", "{ parser: { model: 'fixed', params: { chunk_size: 9 } } }"],
    ["['parser', 'text-embedder']", '{ module_2: { params: { quantize: false } } }'],
    ["['parser', 'sentiment', 'sentiment']", '{ module_3: {} }'],
  ])('of the chain %s can be %s', async (chain, modules) => {
    expect(await process(chain, modules)).toEqual([]);
  });

  it.each([
    ["['parser']", "{ parser: { model: 'paragraph' } }"],
    ["['parser']", '{ ocr: {} }'],
    ["['parser']", '{ module_2: {} }'],
    ["['parser']", '{ parser: { params: { chunk_size: "9" } } }'],
    ["['ocr']", '{ ocr: { params: { dpi: 300 } } }'],
    ["['parser', 'sentiment', 'sentiment']", '{ sentiment: {} }'],
  ])('of the chain %s cannot be %s', async (chain, modules) => {
    expect(await process(chain, modules)).not.toEqual([]);
  });
});

describe.concurrent('the result of process()', () => {
  it('depends on `waitForProcess`', async () => {
    expect(
      await check(`
        const p = client.createPipeline('n', ['parser']);
        export const result: string[] = (await p.process('f')).outputFiles;
        export const handle = await p.process('f', { waitForProcess: false });
        export const id: string = handle.requestId;
        const started = await p.start('f', { expireTime: 60 });
        export const result2: string[] = (await started.wait()).outputFiles;
        export const ids: string[] = [started.id, handle.id];
        declare const maybe: boolean;
        export const either = await p.process('f', { waitForProcess: maybe });
        export const files: string[] = 'outputFiles' in either ? either.outputFiles : [];
      `),
    ).toEqual([]);
    expect(
      await check(
        "(await client.createPipeline('n', ['parser']).process('f', { waitForProcess: false })).outputFiles;",
      ),
    ).not.toEqual([]);
  });

  it('is typed by the last module', async () => {
    expect(
      await check(`
        const { output } = await client.createPipeline('n', ['ocr', 'sentiment']).process('f');
        export const positive: number | undefined = output?.[0]?.positive;
        const { output: none } = await client.createPipeline('n', ['summarize']).process('f');
        export const nothing: null = none;
      `),
    ).toEqual([]);
  });

  it('has the module names of the chain in its status and events', async () => {
    expect(
      await check(`
        const p = client.createPipeline('n', ['parser', 'translate']);
        const status = await p.processStatus('x');
        export const name: 'parser' | 'translate' | undefined = status.tasks[0]?.name;
        await p.process('f', { onStatus: (event) => { if (event.type === 'module-done') { const m: 'parser' | 'translate' = event.module; void m; } } });
      `),
    ).toEqual([]);
  });
});

describe.concurrent('the output of extract', () => {
  const schema = `
    import { z } from 'zod';
    const schema = z.object({ total: z.number(), paid: z.boolean().optional(), lines: z.array(z.object({ text: z.string() })) });
    const pipeline = client.createPipeline('n', ['extract']);
  `;

  it('has the type of the schema with nullable fields', async () => {
    const code = `
      const { output } = await pipeline.process('f', { localSaveDirectory: false, modules: { extract: { params: { schema } } } });
      const total: number | null = output.value.total;
      const paid: boolean | null = output.value.paid;
      const text: string | null | undefined = output.value.lines[0]?.text;
      const pages: (number | undefined)[] = (output.citations['total'] ?? []).map(({ page }) => page);
      const rows = await pipeline.process('f', { localSaveDirectory: false, modules: { extract: { params: { schema, target: 'row' } } } });
      const first: number | null | undefined = rows.output[0]?.value.total;
      const saved = await pipeline.process('f', { modules: { extract: { params: { schema } } } });
      const maybe: number | null | undefined = saved.output?.value.total;`;
    expect(await check(schema + code)).toEqual([]);
    const wrong = `const { output } = await pipeline.process('f', { localSaveDirectory: false, modules: { extract: { params: { schema } } } }); const n: number = output.value.total;`;
    expect((await check(schema + wrong)).join('\n')).toContain("'number | null' is not assignable to type 'number'");
  });
});

describe.concurrent('an annotation without type arguments', () => {
  const pipelines = `
    const parsed = client.createPipeline('n', ['parser']);
    const twice = client.createPipeline('n', ['parser', 'sentiment', 'sentiment']);
    const near = client.createPipeline('n', ['parser', 'text-embedder', 'vector-db']);
    const words = client.createPipeline('n', ['keyword-db']);
    const later = client.createPipeline('n', ['parser'] as ModuleName[]);
    const loaded = await client.loadPipeline('p.yml');
  `;
  const all = 'parsed, twice, near, words, later, loaded';

  it.each([
    [
      'a pipeline',
      `const any: Pipeline[] = [${all}]; async function f(p: Pipeline) { await p.process('f', {}); } await f(near);`,
    ],
    ['a handle', "const any: RunHandle[] = [parsed.attach('x'), twice.attach('x'), later.attach('x')];"],
    ['a batch', "const any: BatchRun[] = [parsed.processMany(['f']), near.processMany(['f'])];"],
    ['a result', "const any: ProcessResult[] = [await parsed.process('f'), await near.process('f')];"],
    [
      'options of process() and wait()',
      `const o: ProcessOptions = { verbose: true, modules: { parser: { model: 'fixed' } }, onStatus: (event) => { void event.type; } };
       for (const p of [parsed, twice]) await p.process('f', o);
       await near.process('f', o); await words.process('f', o); await later.process('f', o); await parsed.attach('x').wait(o);`,
    ],
    [
      'options of processMany()',
      `const o: ProcessManyOptions = { concurrency: 2, onFile: ({ key }) => console.log(key) };
       for (const p of [parsed, twice]) p.processMany(['f'], o);
       near.processMany(['f'], o); words.processMany(['f'], o); later.processMany(['f'], o);`,
    ],
    [
      'options for one chain',
      `declare const one: ProcessOptions<readonly ['parser']>; const o: ProcessOptions = one;
       declare const many: ProcessManyOptions<readonly ['parser']>; const m: ProcessManyOptions = many;`,
    ],
  ])('accepts any chain: %s', async (_what, code) => {
    const types = 'BatchRun, ProcessManyOptions, ProcessOptions, ProcessResult, RunHandle';
    expect(await check(`import type { ${types} } from 'millrace'; ${pipelines} ${code}`)).toEqual([]);
  });

  it('has no search methods', async () => {
    expect((await check("declare const p: Pipeline; p.keywordSearch('q', {});")).join('\n')).toContain(
      'does not exist',
    );
    expect(
      await check(
        `import type { WithSemanticSearch } from 'millrace';
         async function f(p: Pipeline & WithSemanticSearch) { await p.semanticSearch('q', {}); }
         await f(client.createPipeline('n', ['parser', 'text-embedder', 'vector-db']));`,
      ),
    ).toEqual([]);
  });
});

describe.concurrent('one mistake causes one message without overloads', () => {
  it.each([
    [
      'an unknown option',
      "p.process('f', { localSaveDir: 'out' });",
      "'localSaveDir' does not exist in type 'ProcessOptions<",
    ],
    [
      'a value of the wrong type',
      "p.process('f', { expireTime: '5' });",
      "Type 'string' is not assignable to type 'number'.",
    ],
    ['a number as a file', 'p.process(5);', "'number' is not assignable to parameter of type 'FileInput'"],
    [
      'an unknown option without waiting',
      "p.process('f', { waitForProcess: false, expire: 5 });",
      "'expire' does not exist in type",
    ],
    ['an unknown option of a batch', "p.processMany(['f'], { concurency: 5 });", "'concurency' does not exist in type"],
    ['a directory as a string literal', "p.processMany('dir');", "{ directory: 'path' }"],
    ['a directory as a string variable', 'declare const s: string; p.processMany(s);', "{ directory: 'path' }"],
    [
      'an unknown option of a directory',
      "p.processMany({ directory: 'd', recursve: true });",
      "'recursve' does not exist",
    ],
  ])('%s', async (_what, code, sentence) => {
    const messages = await check(`const p = client.createPipeline('n', ['parser']); ${code}`);
    expect(messages).toEqual([expect.stringContaining(sentence)]);
    expect(messages[0]).not.toContain('overload');
  });
});

it.concurrent("the results of public functions can be exported from a user's module", async () => {
  expect(
    await check(`
      export const pipeline = client.createPipeline('n', ['parser', 'text-embedder', 'vector-db']);
      export const loaded = await client.loadPipeline('p.yml');
      export const result = await pipeline.process('f');
      export const handle = await pipeline.process('f', { waitForProcess: false });
      export const status = await pipeline.processStatus('x');
      export const page = await pipeline.list({});
      export const record = await pipeline.update('x', {});
      export const tree = await pipeline.showTree();
      export const found = await pipeline.semanticSearch('q', {});
      export const batch = pipeline.processMany(['f']);
      export const summary = await batch.all();
      export const config = pipeline.config;
      export const info = await client.serverInfo();
      export const modules = await client.listModules();
      export const runs = await client.runs.list();
      export const later = client.createPipeline('n', ['parser'] as ModuleName[]);
    `),
  ).toEqual([]);
});

const inputs = `
import { Client, type FileInput } from 'millrace';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { ReadableStream as NodeWebStream } from 'node:stream/web';
declare const notes: ReturnType<typeof pipeline>;
const pipeline = () => new Client().createPipeline('notes', ['parser']);
declare const message: IncomingMessage;
declare const readable: Readable;
declare const web: NodeWebStream;
declare const response: Response;
const files: FileInput[] = [
  'a.txt', new URL('file:///a.txt'), new Blob([]), new ArrayBuffer(1), new DataView(new ArrayBuffer(1)), new Float32Array(1),
  Buffer.from('a'), message, readable, web, response, { stream: web, fileName: 'a.txt' },
];
for (const file of files) void notes.process(file, { fileName: 'a.txt' });
`;

const requests = `
declare const request: Request;
if (request.body) void notes.process(request.body, { fileName: 'a.txt' });
`;

describe.concurrent('the FileInput type', () => {
  it('accepts every kind of file with the types of Node', async () => {
    expect(await compileErrors(inputs)).toEqual([]);
  });

  it('accepts the files and streams of the DOM types', async () => {
    const dom =
      '/// <reference lib="dom" />\n/// <reference lib="dom.iterable" />\ndeclare const form: File;\ndeclare const page: HTMLElement;\n';
    expect(
      await compileErrors(`${dom}${inputs}${requests}void notes.process(form); void notes.process(form.stream(), {});`),
    ).toEqual([]);
  });

  it('rejects a number, and an object with a `text` field', async () => {
    expect(await compileErrors(`${inputs}void notes.process(5);`)).not.toEqual([]);
    expect(await compileErrors(`${inputs}void notes.process({ text: 'a' });`)).not.toEqual([]);
  });
});
