import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { flow, memoryStore, pipeline, progress, resume, task, type RunEvent, type RunStatus } from 'millrace';
import { describeAsJson, toRestorableJson, restoreFromJson } from '../../src/shared/rules/json-record.js';
import { RunRecord } from '../../src/shared/runs/run-record.js';

afterEach(() => vi.useRealTimers());

const step = task('step', (n: number) => ({ n }), { version: 'v1' });
const work = flow('work', async () => {
  const one = await step(1);
  progress(1, 2);
  await step(one.n);
  return 'done';
});

async function runAndCollect(): Promise<{ events: RunEvent[]; status: RunStatus }> {
  const events: RunEvent[] = [];
  const run = work.with({ store: memoryStore() }).start();
  for await (const event of run) events.push(event);
  return { events, status: run.status() };
}

function fold(events: readonly RunEvent[]): RunRecord {
  const [first, ...others] = events;
  const record = RunRecord.create(first as Extract<RunEvent, { type: 'run-created' }>);
  for (const event of others) record.apply(event);
  return record;
}

describe('events', () => {
  it('have consecutive numbers from 1 and ascending times', async () => {
    const { events } = await runAndCollect();
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, i) => i + 1));
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted());
    expect(new Set(events.map(({ run }) => run)).size).toBe(1);
    expect(events[0]).toMatchObject({ type: 'run-created', kind: 'flow', of: 'work', worker: null, parent: null });
    expect(events.at(-1)).toMatchObject({ type: 'run-state', state: 'completed', result: 'done' });
  });

  it('fold to the record, even through JSON and with duplicates', async () => {
    const { events, status } = await runAndCollect();
    const sent = JSON.parse(JSON.stringify(events)) as RunEvent[];
    expect(fold(sent).status()).toEqual(status);
    expect(fold([...sent, ...sent]).status()).toEqual(status);
    expect(fold(sent.flatMap((event) => [event, sent[1]!])).status()).toEqual(status);
  });

  it('that arrive twice during the run do not change the record', async () => {
    const { events } = await runAndCollect();
    const part = events.slice(0, -2);
    const record = fold(part);
    const before = record.status();
    for (const event of part) {
      expect(record.apply(event)).toBe(false);
      expect(record.status()).toEqual(before);
    }
    expect(record.sequence).toBe(part.length);
  });

  it('have the current time', async () => {
    const { status } = await runAndCollect();
    expect(Math.abs(Date.parse(status.createdAt) - Date.now())).toBeLessThan(60_000);
  });

  it('fold to the same record from a stored resume point', async () => {
    const { events, status } = await runAndCollect();
    for (const cut of [1, 3, 7]) {
      const record = RunRecord.restore(fold(events.slice(0, cut)).resumePoint());
      for (const event of events) record.apply(event);
      expect(record.status()).toEqual(status);
    }
  });

  it('after the end change nothing unless a failed run is resumed', async () => {
    const { events, status } = await runAndCollect();
    const { run, sequence } = events.at(-1)!;
    const at = '2030-01-01T00:00:00.000Z';
    const late = (body: object, n: number) => ({ run, at, sequence: sequence + n, ...body }) as RunEvent;
    const record = fold(events);
    record.apply(late({ type: 'run-state', state: 'failed' }, 1));
    record.apply(late({ type: 'task-state', key: 'step-0', state: 'failed', attempt: 2 }, 2));
    record.apply(late({ type: 'run-resumed' }, 3));
    expect(record.status()).toEqual(status);
    const failed = fold(events.slice(0, -1));
    failed.apply(late({ type: 'run-state', state: 'crashed' }, 1));
    failed.apply(late({ type: 'run-state', state: 'running' }, 2));
    expect(failed.state).toBe('crashed');
    failed.apply(late({ type: 'run-resumed' }, 3));
    expect(failed.status()).toMatchObject({ state: 'pending', finishedAt: null, error: null });
    expect(failed.task('step-0')?.state).toBe('completed');
  });

  it('are reduced to the last one for a reader that starts after the end', async () => {
    const run = step.start(1);
    await run.wait();
    const types: string[] = [];
    for await (const event of run) types.push(event.type);
    expect(types).toEqual(['run-state']);
  });

  it('reach several readers', async () => {
    const run = work.start();
    const count = async () => {
      let events = 0;
      for await (const _ of run) events++;
      return events;
    };
    const [a, b] = await Promise.all([count(), count()]);
    expect(a).toBe(b);
    expect(a).toBeGreaterThan(5);
  });
});

it('a clock that is set back causes no negative duration and no time out of order', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-05-01T12:00:00Z') });
  const run = pipeline('p')
    .step('before', () => void vi.setSystemTime(new Date('2026-05-01T11:00:00Z')))
    .step('after', () => undefined)
    .start({});
  const status = await run.wait();
  expect(status.durationMs).toBeGreaterThanOrEqual(0);
  expect(status.finishedAt! >= status.startedAt!).toBe(true);
  for (const { durationMs, startedAt } of status.tasks) {
    expect(durationMs).toBeGreaterThanOrEqual(0);
    expect(startedAt! >= status.createdAt).toBe(true);
  }
});

it('events with descending times fold to durations of zero', async () => {
  const { events } = await runAndCollect();
  const back = events.map((event, i) => ({ ...event, at: new Date(1e12 - i * 1000).toISOString() }));
  const status = fold(back).status();
  expect([status.durationMs, ...status.tasks.map((one) => one.durationMs)]).toEqual([0, 0, 0]);
});

describe('inspect()', () => {
  const counted = flow('counted', async () => {
    await step(1);
    return new Map([['mill', 2]]);
  });

  it('shows the state, tasks and result of a local run', async () => {
    const run = counted.start();
    expect(inspect(run)).toMatch(/^LocalRun \{[^]*of: 'counted',\n {2}state: 'pending'/);
    await run.wait();
    const text = inspect(run);
    expect(text).toMatch(/^LocalRun \{\n {2}id: '[\w-]{36}',\n {2}name: '[a-z]+-[a-z]+',\n {2}of: 'counted',/);
    expect(text).toContain("state: 'completed'");
    expect(text).toContain("tasks: [ 'step: completed' ]");
    expect(text).toContain("result: Map(1) { 'mill' => 2 }");
    expect(text).not.toContain('Symbol');
    expect(inspect(run.status())).toMatch(/^RunStatus \{[^]*state: 'completed'/);
    expect(
      inspect(
        await flow('empty', () => [])
          .start()
          .wait(),
      ),
    ).toContain('result: []');
  });

  it('shows the error of a failed run, and the result of a run that was resumed after its end', async () => {
    const failing = pipeline<{ raw: string }>('clean').step('trim', () => {
      throw new Error('no such word');
    });
    const run = failing.start({ raw: ' a ' });
    await run.wait();
    expect(inspect(run)).toMatch(/state: 'failed',[^]*'trim: failed'[^]*message: 'no such word'/);
    expect(inspect(run)).not.toContain('result');
    const store = memoryStore();
    const { requestId: id } = await step.with({ store }).start(1).wait();
    expect(inspect(await resume(id, { of: step, store }))).toMatch(
      /^LocalRun \{[^]*state: 'completed'[^]*result: \{ n: 1 \}/,
    );
  });

  it('shows the names of a pipeline, a flow and a task', () => {
    const clean = pipeline<{ raw: string }>('clean')
      .step('trim', () => ({}))
      .step('upper', () => ({}));
    expect([clean, counted, step].map((value) => inspect(value))).toEqual([
      "Pipeline 'clean' [trim → upper]",
      "Flow 'counted'",
      "Task 'step'",
    ]);
  });
});

describe('a value that is not JSON', () => {
  const cycle: Record<string, unknown> = { name: 'cycle' };
  cycle['self'] = cycle;
  const odd = {
    date: new Date(0),
    map: new Map([[1, 2]]),
    set: new Set([1]),
    function: function grind() {
      return 1;
    },
    big: 12n,
    symbol: Symbol('s'),
    nan: NaN,
    bytes: new Uint8Array(3),
    error: new RangeError('too far'),
    promise: Promise.resolve(1),
    pattern: /x/g,
    nothing: undefined,
    list: [undefined, 1],
    cycle,
    getter: Object.defineProperty({}, 'trap', {
      enumerable: true,
      get: () => {
        throw new Error('trap');
      },
    }),
    toJSON: undefined,
    url: new URL('http://127.0.0.1/x'),
  };

  it('is described in the record and does not fail the run', async () => {
    const keep = flow('keep', (value: typeof odd) => value);
    const run = keep.with({ store: memoryStore() }).start(odd);
    expect(await run.result()).toBe(odd);
    expect(run.status().result).toEqual({
      date: '1970-01-01T00:00:00.000Z',
      map: '[Map of 1]',
      set: '[Set of 1]',
      function: '[function grind]',
      big: '[bigint 12]',
      symbol: '[Symbol(s)]',
      nan: '[NaN]',
      bytes: '[Uint8Array of 3 bytes]',
      error: '[RangeError: too far]',
      promise: '[promise]',
      pattern: '[regular expression /x/g]',
      list: [null, 1],
      cycle: { name: 'cycle', self: '[circular]' },
      getter: {},
      url: 'http://127.0.0.1/x',
    });
    expect(JSON.parse(JSON.stringify(run.status()))).toEqual(run.status());
  });

  it('is described the same way if it is from another realm', () => {
    const foreign: unknown = runInNewContext(`({
      date: new Date(0),
      map: new Map([[1, 2]]),
      set: new Set([1]),
      bytes: new Uint8Array(3),
      buffer: new ArrayBuffer(4),
      error: new RangeError('too far'),
      promise: Promise.resolve(1),
      pattern: /x/g,
      list: [1],
    })`);
    expect(describeAsJson(foreign)).toEqual({
      date: '1970-01-01T00:00:00.000Z',
      map: '[Map of 1]',
      set: '[Set of 1]',
      bytes: '[Uint8Array of 3 bytes]',
      buffer: '[ArrayBuffer of 4 bytes]',
      error: '[RangeError: too far]',
      promise: '[promise]',
      pattern: '[regular expression /x/g]',
      list: [1],
    });
  });

  it.each([
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no');
          },
        },
      ),
    ],
    [
      'a revoked proxy',
      (() => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      })(),
    ],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new Error('no');
        },
      },
    ],
    [
      'a toJSON that returns its object',
      {
        toJSON(): unknown {
          return this;
        },
      },
    ],
    ['an invalid date', new Date(NaN)],
    ['an object without a prototype', Object.create(null)],
    ['a very deep object', Array.from({ length: 10_000 }).reduce<object>((inner) => ({ inner }), {})],
    ['a very large array', Array.from({ length: 200_000 }, () => 1)],
    ['a very long string', 'x'.repeat(10_000_000)],
  ])('can be %s', (_what, value: unknown) => {
    const described = describeAsJson(value);
    expect(JSON.stringify(described).length).toBeLessThan(5_000_000);
    expect(() => toRestorableJson(value)).not.toThrow();
  });

  it('is restored if it is a date, and otherwise rejected with its path', () => {
    const stored = JSON.parse(
      JSON.stringify(toRestorableJson({ at: new Date(5), list: [{ a: 1 }], __proto__: null })),
    ) as never;
    expect(restoreFromJson(stored)).toEqual({ at: new Date(5), list: [{ a: 1 }] });
    expect(() => restoreFromJson(toRestorableJson({ list: [1, { index: new Map() }] }))).toThrow(
      'Expected `list[1].index` to be JSON, got Map of 0',
    );
    expect(() => restoreFromJson(toRestorableJson(5n))).toThrow('Expected the value to be JSON, got bigint 5');
  });
});
