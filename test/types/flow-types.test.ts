import { describe, expect, it, vi } from 'vitest';
import { compileErrors } from './compile.js';

// all tests wait for one compiler
vi.setConfig({ testTimeout: 240_000 });

const prelude = `
import { directoryStore, flow, pipeline, resume, task, type LocalRun } from 'millrace';
const clean = pipeline<{ raw: string }>('clean')
  .step('trim', (d) => ({ text: d.raw.trim() }))
  .step('size', async (d) => ({ size: d.text.length }));
class Mark { constructor(private n: number) {} run(d: { text: string }) { return { mark: d.text + this.n }; } }
`;
/** Imports Zod only if the code uses it, since compiling Zod takes a second. */
const check = (code: string): Promise<string[]> =>
  compileErrors(`${code.includes('z.object') ? "import { z } from 'zod';" : ''}${prelude}${code}`);

/** Returns code that compiles only if the value has exactly this type. */
const assertExactType = (type: string, value: string): string => `
  type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
  const value = ${value};
  export const same: Same<typeof value, ${type}> = true;
`;

describe.concurrent('the compiler infers', () => {
  it.each([
    [
      'the fields of the input and of each step',
      '{ raw: string; text: string; size: number }',
      "await clean.run({ raw: ' x ' })",
    ],
    [
      'additional fields of the input',
      '{ raw: string; more: number; text: string; size: number }',
      "await clean.run({ raw: 'x', more: 1 })",
    ],
    [
      'the input of a pipeline without an input type',
      '{ a: number; b: string }',
      "await pipeline('p').step('s', () => ({ b: 'b' })).run({ a: 1 })",
    ],
    [
      'the type of the last step that sets a field',
      '{ a: string }',
      "await pipeline<{ a: number }>('p').step('s', (d) => ({ a: String(d.a) })).run({ a: 1 })",
    ],
    [
      'no fields of a step that returns nothing',
      '{ a: number }',
      "await pipeline<{ a: number }>('p').step('s', () => {}).step('t', async () => undefined).run({ a: 1 })",
    ],
    [
      'optional fields of a step that sometimes returns them',
      '{ a?: number }',
      "await pipeline('p').step('s', () => Math.random() > 1 ? { a: 1 } : undefined).run({})",
    ],
    [
      'the fields of a step that is an object',
      '{ raw: string; text: string; size: number; mark: string }',
      "await clean.step('mark', new Mark(1)).run({ raw: '' })",
    ],
    [
      'the fields of a step that is a pipeline',
      '{ raw: string; text: string; size: number }',
      "await pipeline<{ raw: string }>('p').step('clean', clean).run({ raw: '' })",
    ],
    [
      'optional fields of the input',
      '{ a?: string; b: number }',
      "await pipeline<{ a?: string }>('p').step('s', (d) => ({ b: d.a?.length ?? 0 })).run({} as { a?: string })",
    ],
    [
      'the output type of an input schema',
      '{ n: number; half: number }',
      "await pipeline('p', { input: z.object({ n: z.coerce.number<string>() }) }).step('s', (d) => ({ half: d.n / 2 })).run({ n: '4' })",
    ],
    ['the result of a task', 'number', "await task('t', async (a: string, b: number = 1) => a.length + b)('x')"],
    ['the handle of a task', 'LocalRun<string>', "task('t', (total: number = 100) => String(total)).start()"],
    [
      'the result of a flow',
      'string[]',
      "await flow('f', async (n: number) => [String(n)]).with({ verbose: true })(1)",
    ],
    [
      'the argument of a flow from its schema',
      'number',
      "await flow('f', (m) => m.a, { input: z.object({ a: z.number().default(1) }) })({})",
    ],
    [
      'the result of a resumed pipeline',
      'LocalRun<{ raw: string; text: string; size: number }>',
      "await resume('id', { of: clean, store: directoryStore('runs') })",
    ],
    ['the result of a resumed flow', 'LocalRun<number>', "await resume('id', { of: flow('f', (n: number) => n) })"],
    ['no result type from a run ID alone', 'LocalRun', "await resume('id')"],
  ])('%s', async (_what, type, value) => {
    expect(await check(assertExactType(type, value))).toEqual([]);
  });
});

it.concurrent('an annotation without type arguments accepts any pipeline, task or flow', async () => {
  expect(
    await check(`
      import { type Flow, type LocalPipeline, type Task } from 'millrace';
      const checked = pipeline('p', { input: z.object({ a: z.string() }) }).step('s', (d) => ({ b: d.a }));
      export const pipelines: LocalPipeline[] = [clean, clean.step('mark', new Mark(1)), pipeline('empty'), checked];
      export const tasks: Task[] = [task('t', (a: string, b: number) => a + b), task('u', () => {})];
      export const flows: Flow[] = [flow('f', async (a: string) => a), flow('g', (m) => m.a, { input: z.object({ a: z.number() }) })];
      export const runs: LocalRun[] = [clean.start({ raw: '' })];
    `),
  ).toEqual([]);
});

describe.concurrent('the compiler rejects', () => {
  it.each([
    ['an unknown field', "clean.step('s', (d) => ({ x: d.nope }));", "Property 'nope' does not exist"],
    ['a field of the wrong type', "clean.step('s', (d) => ({ x: d.size.trim() }));", "Property 'trim' does not exist"],
    [
      'a field of a later step',
      "pipeline('p').step('s', (d) => ({ x: d.later })).step('t', () => ({ later: 1 }));",
      "'later' does not exist",
    ],
    ['an input without a required field', 'void clean.run({});', "Property 'raw' is missing"],
    ['an input of the wrong type', 'void clean.start({ raw: 5 });', "not assignable to type 'string'"],
    [
      'an object whose `run` method needs a missing field',
      "pipeline('p').step('s', new Mark(1));",
      "'text' is missing",
    ],
    ['an inner pipeline that needs a missing field', "pipeline('p').step('s', clean);", "'raw' is missing"],
    ['a step that returns a number', "pipeline('p').step('s', () => 5);", "'number' is not assignable"],
    [
      'a task argument of the wrong type',
      "void task('t', (n: number) => n)('x');",
      "not assignable to parameter of type 'number'",
    ],
    [
      'a field that the schema does not have',
      "pipeline('p', { input: z.object({ a: z.string() }) }).step('s', (d) => ({ x: d.b }));",
      "'b' does not exist",
    ],
    ['an option that does not exist', "task('t', () => 1, { retry: 3 });", "'retry' does not exist"],
  ])('%s', async (_what, code, sentence) => {
    expect((await check(code)).join('\n')).toContain(sentence);
  });
});

it.concurrent('the message about an unknown field lists the known fields', async () => {
  expect((await check("clean.step('s', (d) => ({ x: d.nope }));")).join()).toContain(
    "does not exist on type '{ raw: string; text: string; size: number; }'",
  );
});

it.concurrent("pipelines, flows, tasks and their results can be exported from a user's module", async () => {
  expect(
    await check(`
      export { clean };
      export const one = task('t', async (url: string) => ({ url }));
      export const all = flow('f', async (url: string) => (await one(url)).url);
      export const run = clean.start({ raw: 'x' });
      export const done = await run.wait();
      export const handle = await resume(run.id, { of: all });
      export const checked = pipeline('p', { input: z.object({ a: z.string() }) }).step('s', (d) => ({ b: d.a }));
      export const store = directoryStore('runs');
    `),
  ).toEqual([]);
});
