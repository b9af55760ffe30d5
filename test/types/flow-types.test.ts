import { describe, expect, it, vi } from 'vitest';
import { complaints } from './compile.js';

// all wait for one compiler
vi.setConfig({ testTimeout: 240_000 });

const start = `
import { directoryStore, flow, pipeline, resume, task, type LocalRun } from 'millrace';
const clean = pipeline<{ raw: string }>('clean')
  .step('trim', (d) => ({ text: d.raw.trim() }))
  .step('size', async (d) => ({ size: d.text.length }));
class Mark { constructor(private n: number) {} run(d: { text: string }) { return { mark: d.text + this.n }; } }
`;
/** zod is a second of the compiler's time. */
const check = (code: string): Promise<string[]> =>
  complaints(`${code.includes('z.object') ? "import { z } from 'zod';" : ''}${start}${code}`);

/** That a value has exactly this type. */
const exactly = (type: string, value: string): string => `
  type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
  const value = ${value};
  export const same: Same<typeof value, ${type}> = true;
`;

describe.concurrent('the compiler knows', () => {
  it.each([
    [
      'what was given and what each step added',
      '{ raw: string; text: string; size: number }',
      "await clean.run({ raw: ' x ' })",
    ],
    [
      'further fields that were given',
      '{ raw: string; more: number; text: string; size: number }',
      "await clean.run({ raw: 'x', more: 1 })",
    ],
    [
      'what was given where nothing is asked for',
      '{ a: number; b: string }',
      "await pipeline('p').step('s', () => ({ b: 'b' })).run({ a: 1 })",
    ],
    [
      'that the last writer wins',
      '{ a: string }',
      "await pipeline<{ a: number }>('p').step('s', (d) => ({ a: String(d.a) })).run({ a: 1 })",
    ],
    [
      'that a step may add nothing',
      '{ a: number }',
      "await pipeline<{ a: number }>('p').step('s', () => {}).step('t', async () => undefined).run({ a: 1 })",
    ],
    [
      'that a step may add something',
      '{ a?: number }',
      "await pipeline('p').step('s', () => Math.random() > 1 ? { a: 1 } : undefined).run({})",
    ],
    [
      'the step of a class',
      '{ raw: string; text: string; size: number; mark: string }',
      "await clean.step('mark', new Mark(1)).run({ raw: '' })",
    ],
    [
      'what a pipeline adds as a step',
      '{ raw: string; text: string; size: number }',
      "await pipeline<{ raw: string }>('p').step('clean', clean).run({ raw: '' })",
    ],
    [
      'optional fields',
      '{ a?: string; b: number }',
      "await pipeline<{ a?: string }>('p').step('s', (d) => ({ b: d.a?.length ?? 0 })).run({} as { a?: string })",
    ],
    [
      'what a schema makes of the input',
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
      'the argument of a flow by its schema',
      'number',
      "await flow('f', (m) => m.a, { input: z.object({ a: z.number().default(1) }) })({})",
    ],
    [
      'what a resumed pipeline gives',
      'LocalRun<{ raw: string; text: string; size: number }>',
      "await resume('id', { of: clean, store: directoryStore('runs') })",
    ],
    ['what a resumed flow gives', 'LocalRun<number>', "await resume('id', { of: flow('f', (n: number) => n) })"],
    ['nothing of a run by its id alone', 'LocalRun', "await resume('id')"],
  ])('%s', async (_what, type, value) => {
    expect(await check(exactly(type, value))).toEqual([]);
  });
});

it.concurrent('an annotation without type arguments takes any pipeline, task or flow', async () => {
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

describe.concurrent('the compiler refuses', () => {
  it.each([
    ['a field that nobody wrote', "clean.step('s', (d) => ({ x: d.nope }));", "Property 'nope' does not exist"],
    ['a field of the wrong type', "clean.step('s', (d) => ({ x: d.size.trim() }));", "Property 'trim' does not exist"],
    [
      'a field of a later step',
      "pipeline('p').step('s', (d) => ({ x: d.later })).step('t', () => ({ later: 1 }));",
      "'later' does not exist",
    ],
    ['an input without what is needed', 'void clean.run({});', "Property 'raw' is missing"],
    ['an input of the wrong type', 'void clean.start({ raw: 5 });', "not assignable to type 'string'"],
    ['an object whose run needs what is not there', "pipeline('p').step('s', new Mark(1));", "'text' is missing"],
    ['a pipeline whose input is not there', "pipeline('p').step('s', clean);", "'raw' is missing"],
    ['a step that returns a number', "pipeline('p').step('s', () => 5);", "'number' is not assignable"],
    [
      'a wrong argument of a task',
      "void task('t', (n: number) => n)('x');",
      "not assignable to parameter of type 'number'",
    ],
    [
      'a field that the schema does not make',
      "pipeline('p', { input: z.object({ a: z.string() }) }).step('s', (d) => ({ x: d.b }));",
      "'b' does not exist",
    ],
    ['an option that does not exist', "task('t', () => 1, { retry: 3 });", "'retry' does not exist"],
  ])('%s', async (_what, code, sentence) => {
    expect((await check(code)).join('\n')).toContain(sentence);
  });
});

it.concurrent('a field that nobody wrote is refused in words that show what there is', async () => {
  expect((await check("clean.step('s', (d) => ({ x: d.nope }));")).join()).toContain(
    "does not exist on type '{ raw: string; text: string; size: number; }'",
  );
});

it.concurrent('everything that they give can be exported by its user', async () => {
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
