import { describe, expect, it } from 'vitest';
import { getRun, isMillraceError, log, pipeline, RunFailedError, ValidationError } from 'millrace';
import { z } from 'zod';
import { failureOf } from './failure-of.js';

const words = pipeline<{ raw: string }>('words')
  .step('trim', (d) => ({ text: d.raw.trim() }), 'v1.0')
  .step('upper', async (d) => ({ text: d.text.toUpperCase(), length: d.text.length }), 'v1.1');

describe('a pipeline', () => {
  it('returns the fields of the input and of all steps, and the last step to set a field wins', async () => {
    expect(await words.run({ raw: '  hola ' })).toEqual({ raw: '  hola ', text: 'HOLA', length: 4 });
    expect(await words.run({ raw: 'x', kept: 1 })).toEqual({ raw: 'x', kept: 1, text: 'X', length: 1 });
  });

  it('accepts functions, async functions, objects with a `run` method, and pipelines as steps', async () => {
    class Counter {
      #calls = 0;
      run(data: { text: string }) {
        return { calls: ++this.#calls, seen: data.text };
      }
    }
    const all = pipeline<{ raw: string }>('all')
      .step('words', words)
      .step('count', new Counter())
      .step('nothing', () => undefined);
    expect(await all.run({ raw: ' a ' })).toEqual({ raw: ' a ', text: 'A', length: 1, calls: 1, seen: 'A' });
  });

  it('is immutable: step() returns a new pipeline', async () => {
    const base = pipeline('base').step('one', () => ({ one: 1 }));
    const a = base.step('two', () => ({ two: 'a' }));
    const b = base.step('two', () => ({ two: 'b' }));
    expect([base, a, b].map((p) => p.steps.length)).toEqual([1, 2, 2]);
    expect([await base.run({}), await a.run({}), await b.run({})]).toEqual([
      { one: 1 },
      { one: 1, two: 'a' },
      { one: 1, two: 'b' },
    ]);
    expect(() => (base.steps as object[]).push({})).toThrow(TypeError);
  });

  it('passes each step a copy of the data, so that changes to it have no effect', async () => {
    const input = { list: 'kept' };
    const run = pipeline<{ list: string }>('copies').step('spoil', (d) => {
      d.list = 'spoiled';
    });
    expect(await run.run(input)).toEqual({ list: 'kept' });
    expect(input).toEqual({ list: 'kept' });
  });

  it('has no reserved field names', async () => {
    const fields = JSON.parse('{"__proto__":1,"constructor":2,"error":3,"run":4,"then":5}') as object;
    const result: object = await pipeline('names')
      .step('all', () => ({ inner: 1, ...fields }))
      .run({ a: 1 });
    expect(Object.entries(result)).toEqual(Object.entries({ a: 1, inner: 1, ...fields }));
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });

  it('can have steps of the same name, numbered in their keys', async () => {
    const twice = pipeline('twice')
      .step('go', () => ({ a: 1 }), 'v1')
      .step('go', () => ({ b: 1 }), 'v2');
    const run = twice.start({});
    const status = await run.wait();
    expect(status.tasks.map(({ key, name, version, after }) => [key, name, version, after])).toEqual([
      ['go-0', 'go', 'v1', []],
      ['go-1', 'go', 'v2', ['go-0']],
    ]);
    expect(status.processStatus).toEqual({ 'go-0': true, 'go-1': true });
  });

  it('lists the pending steps from the start', async () => {
    const states: unknown[] = [];
    const run = pipeline('look')
      .step('first', () => void states.push(run.status().tasks.map(({ name, state }) => [name, state])))
      .step('second', () => undefined)
      .start({});
    expect(run.status().state).toBe('pending');
    await run.wait();
    expect(states).toEqual([
      [
        ['first', 'running'],
        ['second', 'pending'],
      ],
    ]);
  });

  it('inside another pipeline creates a child run', async () => {
    const outer = pipeline<{ raw: string }>('outer').step('inner', words);
    const status = await outer.start({ raw: ' x ' }).wait();
    const child = getRun(status.tasks[0]!.childRun!)!.status();
    expect(child).toMatchObject({ kind: 'pipeline', of: 'words', parent: status.requestId, state: 'completed' });
    expect(child.result).toEqual({ raw: ' x ', text: 'X', length: 1 });
  });
});

describe('a step that throws', () => {
  const cause = new TypeError('no such mill');
  const broken = pipeline('broken')
    .step('first', () => ({ first: 1 }))
    .step('second', () => {
      throw cause;
    })
    .step('third', () => ({ third: 3 }));

  it('ends the run: later steps are skipped, and the error has the data so far', async () => {
    const error = await failureOf(broken.run({ given: 0 }));
    expect(error.message).toBe("Pipeline 'broken' failed in step 'second': no such mill");
    expect(error.data).toEqual({ given: 0, first: 1 });
    expect(error.cause).toBe(cause);
    expect(error.status.tasks.map((task) => task.state)).toEqual(['completed', 'failed', 'skipped']);
    expect(error.status.error).toMatchObject({ code: 'task_failed', message: 'no such mill', task: 'second' });
    expect(error.status).toMatchObject({ state: 'failed', overallStatus: 'failed', result: null });
    expect(isMillraceError(error, 'run_failed')).toBe(true);
    expect(JSON.stringify(error)).toContain('"state":"failed"');
  });

  it('resolves wait() with the state `failed`, and rejects result()', async () => {
    const run = broken.start({});
    expect((await run.wait()).state).toBe('failed');
    await expect(run.result()).rejects.toBeInstanceOf(RunFailedError);
    expect((await run.wait()).state).toBe('failed');
  });

  it.each([
    ['a string', 'plain words', 'plain words'],
    ['nothing', undefined, 'thrown: undefined'],
    ['an error without a message', new RangeError(), 'RangeError'],
  ])('can throw %s', async (_what, thrown, message) => {
    const error = await failureOf(
      pipeline('p')
        .step('s', () => {
          throw thrown as Error;
        })
        .run({}),
    );
    expect(error.status.error).toMatchObject({ code: 'task_failed', message, task: 's' });
  });

  it('in an inner pipeline has its message in the outer error once', async () => {
    const error = await failureOf(pipeline('outer').step('inner', broken).run({}));
    expect(error.message).toBe("Pipeline 'outer' failed in step 'inner': no such mill");
    expect((error.cause as RunFailedError).cause).toBe(cause);
  });
});

describe('a step that returns', () => {
  it.each([
    ['a number', 5, 'got 5'],
    ['a string', 'text', 'got "text"'],
    ['null', null, 'got null'],
    ['an array', [1, 2], 'got an array of 2'],
    ['a map', new Map(), 'got a Map'],
    ['a date', new Date(), 'got a Date'],
    ['a module', Object.create(null, { [Symbol.toStringTag]: { value: 'Module' } }), 'got a Module'],
  ])('%s fails the run without a retry, and the error names the step', async (_what, value, words) => {
    let calls = 0;
    const work = () => {
      calls++;
      return value as object;
    };
    const error = await failureOf(pipeline('p').step('odd', work, undefined, { retries: 3, retryDelay: 0 }).run({}));
    expect(error.status.error).toMatchObject({ code: 'invalid_result', task: 'odd' });
    expect(error.message).toContain("Expected step 'odd' to return an object with new fields, or nothing");
    expect(error.message).toContain(words);
    expect(calls).toBe(1);
  });

  it('an object whose getter throws fails the run', async () => {
    const odd = pipeline('p').step('odd', (): object => ({
      get field(): never {
        throw new Error('not to be read');
      },
    }));
    const { status } = await failureOf(odd.run({}));
    expect(status.error).toEqual({ code: 'invalid_result', message: 'not to be read', task: 'odd' });
    expect(status.tasks.map(({ state }) => state)).toEqual(['failed']);
  });

  it('a class instance or an object without a prototype adds its own fields', async () => {
    class Result {
      own = 1;
      get derived() {
        return 2;
      }
    }
    const bare = Object.assign(Object.create(null) as object, { bare: 1 });
    const run = pipeline('p')
      .step('a', () => new Result())
      .step('b', () => bare);
    expect(await run.run({})).toEqual({ own: 1, bare: 1 });
  });
});

describe('input', () => {
  const schema = z.object({ city: z.string().min(2), days: z.coerce.number() });
  const checked = pipeline('checked', { input: schema }).step('use', (d) => ({ next: d.days + 1 }));

  it('is the output of its schema', async () => {
    const input = { city: 'Vigo', days: '3', more: true };
    expect(await checked.run(input)).toEqual({ city: 'Vigo', days: 3, next: 4 });
  });

  it('that does not fit its schema fails the run before the first step', async () => {
    const error = await failureOf(checked.run({ city: 'V', days: 'x' }));
    expect(error.status.error?.code).toBe('invalid_input');
    expect(error.message).toMatch(/input of 'checked'.*city: .*; days: /);
    expect(error.status.tasks.map((task) => task.state)).toEqual(['skipped']);
  });

  it('can be validated by any Standard Schema, including async ones', async () => {
    const input = {
      '~standard': {
        version: 1 as const,
        vendor: 'ours',
        validate: async (value: unknown) =>
          value instanceof Object && 'a' in value ? { value: { a: 1 } } : { issues: [{ message: 'no a' }] },
      },
    };
    const own = pipeline('own', { input: input as never }).step('s', () => ({ b: 2 }));
    expect(await own.run({ a: 'x' } as never)).toEqual({ a: 1, b: 2 });
    expect((await failureOf(own.run({} as never))).message).toContain('match its schema. Issues: no a');
  });

  it('that is not an object fails the run', async () => {
    expect((await failureOf(pipeline('p').run(5 as never))).message).toContain('to be an object, got 5');
  });

  it('can be validated by a step that throws', async () => {
    const careful = pipeline<{ datum?: string }>('careful').step('check', (d) => {
      if (d.datum === undefined) throw new TypeError("'datum' is missing");
    });
    expect((await failureOf(careful.run({}))).message).toBe(
      "Pipeline 'careful' failed in step 'check': 'datum' is missing",
    );
    expect(await careful.run({ datum: 'x' })).toEqual({ datum: 'x' });
  });
});

describe('an invalid argument', () => {
  it.each([
    [() => pipeline(''), 'a pipeline name'],
    [() => pipeline('p', { inputs: 1 } as never), 'did you mean `input`?'],
    [() => pipeline('p', { input: {} as never }), 'Standard Schema'],
    [() => pipeline('p').step('s', 5 as never), "method for step 's', got 5"],
    [() => pipeline('p').step('s', () => ({}), 1 as never), '`version`'],
    [() => pipeline('p').step('s', () => ({}), 'v', { retries: -1 }), '`retries`'],
    [() => pipeline('p').step('s', () => ({}), 'v', { timeout: 0 }), '`timeout`'],
    [() => pipeline('p').step('s', () => ({}), 'v', { retryDelay: { bse: 1 } as never }), '`retryDelay`'],
    [() => pipeline('p').start({}, { store: {} as never }), '`store`'],
    [() => pipeline('p').start({}, { report: {} as never }), '`report`'],
  ])('throws a ValidationError: %s', (make, words) => {
    expect(make).toThrow(ValidationError);
    expect(make).toThrow(words);
  });

  it('of run() rejects its promise', async () => {
    await expect(pipeline('p').run({}, { grace: -1 })).rejects.toThrow('`grace`');
  });
});

it('a thousand concurrent runs do not mix their data or logs', async () => {
  const mixed = pipeline<{ n: number }>('mixed')
    .step('wait', async (d) => {
      await new Promise((resolve) => setTimeout(resolve, d.n % 7));
      log('n', d.n);
      return { twice: d.n * 2 };
    })
    .step('check', async (d) => {
      await Promise.resolve();
      log('twice', d.twice);
      return { ok: d.twice === d.n * 2 };
    });
  const lines = new Map<string, string[]>();
  const write = (message: string, fields?: Record<string, unknown>) => {
    const run = String(fields?.['run']);
    lines.set(run, [...(lines.get(run) ?? []), message]);
  };
  const logger = { debug: write, info: write, warn: write, error: write };
  const runs = Array.from({ length: 1000 }, (_, n) => ({ n, run: mixed.start({ n }, { logger }) }));
  for (const { n, run } of runs) {
    expect(await run.result()).toEqual({ n, twice: 2 * n, ok: true });
    const runLines = lines.get(run.id)!.filter((line) => / - (n|twice) /.test(line));
    expect(runLines).toEqual([`Task run 'wait-0' - n ${n}`, `Task run 'check-0' - twice ${2 * n}`]);
  }
});
