import { describe, expect, it } from 'vitest';
import { flow, memoryStore, resume, task, type RunStore } from 'millrace';
import { digestArguments } from '../../src/flow/resuming/digest.js';
import { toRestorableJson, restoreFromJson } from '../../src/shared/rules/json-record.js';
import { afterFailure } from './after-failure.js';

describe('a stored result', () => {
  class Money {
    readonly euros = 5;
  }
  it.each([
    ['an instance of a class', new Money(), 'an instance of Money'],
    ['a URL', new URL('http://127.0.0.1/'), 'an instance of URL'],
    ['headers', new Headers({ a: 'b' }), 'an instance of Headers'],
    ['a generator', (function* () {})(), 'an instance of'],
    ['an object with toJSON', { toJSON: (): number => 5 }, 'an object with `toJSON`'],
    ['a match', /a/.exec('a'), "an array with the field 'groups'"],
  ])('is rejected if it is %s', async (_what, value, words) => {
    const store = memoryStore();
    const make = task('make', () => value);
    const run = flow('f', async () => {
      await make();
      throw new Error('later');
    })
      .with({ store })
      .start();
    await run.wait();
    await expect(resume(run.id)).rejects.toThrow("Expected the output of task run 'make-0' to be JSON");
    await expect(resume(run.id)).rejects.toThrow(words);
  });

  it.each([
    ['a date', { at: new Date(5) }],
    ['undefined in a list', [undefined, null, 1]],
    ['an object that looks like a mark', [{ '[date]': 'x' }, { '[not json]': { '[[date]]': 'y' } }, { '[text]': 'z' }]],
    ['a string with NUL and an unpaired surrogate', 'a\0b\ud83d "q" \\u0000 \u{1f600}'],
  ])('is restored if it is %s', (_what, value) => {
    expect(restoreFromJson(JSON.parse(JSON.stringify(toRestorableJson(value))) as never)).toStrictEqual(value);
    expect(digestArguments([restoreFromJson(toRestorableJson(value))])).toEqual(digestArguments([value]));
  });
});

describe('a digest of arguments', () => {
  const digest = (...args: unknown[]) => digestArguments(args).digest;

  it('ignores only the order of fields', () => {
    expect(digest({ a: 1, b: [2] })).toBe(digest({ b: [2], a: 1 }));
    const different = [
      digest(),
      digest(null),
      digest(undefined),
      digest('1'),
      digest(1),
      digest([1]),
      digest(1, 2),
      digest({ a: 1 }),
      digest({ a: '1' }),
      digest(new Date(5)),
      digest(new Date(5).toISOString()),
    ];
    expect(new Set(different).size).toBe(different.length);
  });
});

describe('the result of a subflow whose parent did not record its end', () => {
  /** Resumes a run after a store that drops all events once the child has completed, as if the process had been killed. */
  async function resumeAfterCut(value: unknown) {
    const inside = memoryStore();
    const state = { isCut: false };
    const store: RunStore = {
      append: (event) => (state.isCut ? undefined : inside.append(event)),
      load: (id) => inside.load(id),
    };
    const parents: string[] = [];
    let calls = 0;
    const child = flow('child', () => (calls++, value));
    const parent = flow('parent', async () => child());
    const run = parent
      .with({
        store: {
          ...store,
          append: (event) => {
            if (event.type === 'run-created' && event.parent === null) parents.push(event.run);
            const written = store.append(event);
            if (event.type === 'run-state' && event.state === 'completed') state.isCut = true;
            return written;
          },
        },
      })
      .start();
    await run.wait();
    state.isCut = false;
    const point = (await inside.load(run.id))!;
    expect(point.run.tasks[0]?.state).toBe('running');
    const resumed = await resume(run.id, { of: parent, store });
    return { result: await resumed.result(), calls: () => calls };
  }

  it('is restored if it is a date', async () => {
    const { result, calls } = await resumeAfterCut({ at: new Date(5) });
    expect(result).toEqual({ at: new Date(5) });
    expect(calls()).toBe(1);
  });

  it.each([
    ['a map', new Map([[1, 2]])],
    ['a long string', 'x'.repeat(5_000_000)],
  ])('is computed again if it is %s', async (_what, value) => {
    const { result, calls } = await resumeAfterCut(value);
    expect(result).toBe(value);
    expect(calls()).toBe(2);
  });
});

describe('a run that had completed', () => {
  it('has its original result after a resume', async () => {
    const store = memoryStore();
    const dated = flow('dated', () => [new Date(5), undefined]);
    const run = dated.with({ store }).start();
    await run.wait();
    expect(await (await resume(run.id)).result()).toEqual([new Date(5), undefined]);
    expect(run.status().result).toEqual(['1970-01-01T00:00:00.005Z', null]);
  });

  it('rejects result() after a resume if its result is not JSON', async () => {
    const store = memoryStore();
    const mapped = flow('mapped', () => ({ index: new Map() }));
    const run = mapped.with({ store }).start();
    await run.wait();
    await expect((await resume(run.id)).result()).rejects.toThrow('`index` to be JSON, got Map of 0');
  });
});

it.each([[null], [undefined]])('an input of %s is kept when the run is resumed', async (input) => {
  const received: unknown[][] = [];
  const odd = flow('odd', (...args: unknown[]) => {
    received.push(args);
    if (received.length === 1) throw new Error('once');
  });
  const resumeRun = await afterFailure((options) => odd.with(options).start(input));
  await resumeRun(odd);
  expect(received).toEqual([[input], [input]]);
});

it('a run that an earlier version recorded cannot be resumed', async () => {
  const store = memoryStore();
  const step = task('step', () => 1);
  const old = flow('old', async () => {
    await step();
    throw new Error('later');
  });
  const run = old.with({ store }).start();
  await run.wait();
  const { calls: _calls, ...point } = (await store.load(run.id))!;
  const earlier: RunStore = { append: () => undefined, load: async () => point };
  await expect(resume(run.id, { of: old, store: earlier })).rejects.toThrow(
    'An earlier version of Millrace recorded the run',
  );
});
