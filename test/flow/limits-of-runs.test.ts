import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { flow, getRun, pipeline, task, ValidationError, type RunStore } from 'millrace';
import { runEvent } from '../../src/shared/wire/events.js';
import { failureOf } from './failure-of.js';

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it('work that blocks the event loop longer than its timeout fails', async () => {
  const busy = task('busy', () => (block(60), 'done'), { timeout: 20 });
  const run = busy.start();
  expect(await run.wait()).toMatchObject({ state: 'failed', error: { code: 'task_timeout' } });
});

it('quick tasks let timers run', async () => {
  const quick = task('quick', () => block(0.1));
  const many = flow('many', async () => {
    for (let n = 0; n < 2000; n++) await quick();
  });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 10);
  await many();
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(3);
});

describe('a store whose write never ends', () => {
  const store: RunStore = {
    append: (event) =>
      event.type === 'task-state' && event.state === 'completed' ? new Promise(() => undefined) : undefined,
    load: async () => undefined,
  };

  it('does not prevent the cancellation of a run', async () => {
    const run = pipeline('p')
      .step('one', () => undefined)
      .step('two', () => undefined)
      .start({}, { store, grace: 10 });
    await sleep(20);
    expect((await run.cancel()).state).toBe('cancelled');
  });
});

it('one signal can cancel 30 runs without a warning about its listeners', async () => {
  const warnings: Error[] = [];
  const listen = (warning: Error): void => void warnings.push(warning);
  process.on('warning', listen);
  const controller = new AbortController();
  const wait = flow('wait', () => new Promise(() => undefined));
  const done = flow('done', () => 1);
  await done.with({ signal: controller.signal })();
  const runs = Array.from({ length: 30 }, () => wait.with({ signal: controller.signal, grace: 0 }).start());
  await sleep(1);
  controller.abort();
  const states = await Promise.all(runs.map(async (run) => (await run.wait()).state));
  process.off('warning', listen);
  expect(new Set(states)).toEqual(new Set(['cancelled']));
  expect(warnings).toEqual([]);
});

it('a child run that is cancelled on its own is also cancelled in its parent', async () => {
  const child = flow('child', async () => {
    await sleep(1);
    await new Promise(() => undefined);
  });
  const parent = flow('parent', async () =>
    child
      .with({ grace: 0 })()
      .catch(() => 'went on'),
  );
  const run = parent.start();
  await sleep(20);
  await getRun(run.status().tasks[0]!.childRun!)?.cancel('enough');
  expect(await run.result()).toBe('went on');
  expect(run.status().tasks).toMatchObject([{ state: 'cancelled', error: { code: 'cancelled', message: 'enough' } }]);
});

it('the error of a step that returns a generator names the generator', async () => {
  const run = pipeline('p')
    .step('lines', function* () {
      yield 1;
    } as never)
    .start({});
  expect((await run.wait()).error?.message).toContain('or nothing, got a Generator. Return');
});

it('an event with more task runs than a server records is rejected', () => {
  const event = {
    run: '00000000-0000-4000-8000-000000000000',
    sequence: 1,
    at: '2026-05-01T00:00:00Z',
    type: 'task-created',
  };
  const more = runEvent.safeParse({ ...event, key: 'a', name: 'a', version: null, index: 10_000, after: [] });
  expect(more.error?.message).toContain('Expected a run to have at most 10000 task runs');
});

describe('the record of an error', () => {
  const errorOf = async (thrown: unknown) =>
    (
      await task('fails', () => {
        throw thrown;
      })
        .start()
        .wait()
    ).error;

  it('has the class, stack and causes of the error', async () => {
    const cause = new RangeError('too far', { cause: { code: 7 } });
    const error = await errorOf(new TypeError('no such word', { cause }));
    expect(error).toMatchObject({
      message: 'no such word',
      details: {
        name: 'TypeError',
        stack: expect.stringMatching(/^at .*limits-of-runs\.test\.ts/s) as string,
        causes: [{ name: 'RangeError', message: 'too far' }, { thrown: { code: 7 } }],
      },
    });
  });

  it('has the thrown value if it is not an Error', async () => {
    expect(await errorOf({ code: 429, message: 'slow down' })).toMatchObject({
      message: 'slow down',
      details: { thrown: { code: 429, message: 'slow down' } },
    });
    expect(await errorOf({ code: 429 })).toMatchObject({ details: { thrown: { code: 429 } } });
    expect((await errorOf('just words'))?.details).toBeUndefined();
  });

  it('is limited in size and omits circular causes', async () => {
    const error = await errorOf({ message: 'x'.repeat(100_000), list: Array.from({ length: 10_000 }, () => 1) });
    expect(JSON.stringify(error).length).toBeLessThan(20_000);
    const circular = new Error('round');
    circular.cause = circular;
    expect(await errorOf(circular)).toMatchObject({ details: { causes: [] } });
  });
});

describe('retries', () => {
  const failing = (options: object, count = { calls: 0 }) => ({
    count,
    call: task(
      'call',
      () => {
        count.calls++;
        throw new TypeError('busy');
      },
      { retryDelay: 0, ...options },
    ),
  });

  it('stop at an error for which `retryIf` returns false or throws', async () => {
    const errors: unknown[] = [];
    const { call, count } = failing({ retries: 5, retryIf: (error: unknown) => errors.push(error) < 2 });
    await failureOf(call());
    expect(count.calls).toBe(2);
    expect(errors[0]).toBeInstanceOf(TypeError);
    const throwing = failing({
      retries: 5,
      retryIf: () => {
        throw new Error('no');
      },
    });
    await failureOf(throwing.call());
    expect(throwing.count.calls).toBe(1);
  });

  it('and a timeout can be set for one call, inside and outside a flow', async () => {
    const { call, count } = failing({ retries: 5 });
    await failureOf(call.with({ retries: 1 })());
    expect(count.calls).toBe(2);
    await failureOf(flow('f', async () => call.with({ retries: 2 })())());
    expect(count.calls).toBe(5);
    await failureOf(call.with({ retries: undefined })());
    expect(count.calls).toBe(11);
    const slow = task('slow', () => sleep(60_000, undefined, { ref: false }), { timeout: 60_000 });
    expect(await slow.with({ timeout: 5, grace: 0 }).start().wait()).toMatchObject({ error: { code: 'task_timeout' } });
    expect(() => call.with({ retries: -1 })).toThrow(ValidationError);
    expect(() => pipeline('p').start({}, { retries: 1 } as never)).toThrow(ValidationError);
  });

  it('of a flow run it again, as a child run or on its own', async () => {
    let calls = 0;
    const flaky = flow(
      'flaky',
      () => {
        if (++calls % 3 !== 0) throw new Error('not yet');
        return calls;
      },
      { retries: 2, retryDelay: 0 },
    );
    expect(await flaky()).toBe(3);
    const outer = flow('outer', async () => flaky());
    const run = outer.start();
    expect(await run.result()).toBe(6);
    expect(run.status().tasks).toMatchObject([{ attempt: 3, state: 'completed' }]);
    await failureOf(flaky.with({ retries: 1 })());
    expect(calls).toBe(8);
  });

  it('a flow can have a timeout', async () => {
    const wait = flow('wait', () => new Promise(() => undefined), { timeout: 5 });
    expect(await wait.with({ grace: 0 }).start().wait()).toMatchObject({
      state: 'failed',
      error: { message: 'it took longer than its timeout of 5 ms' },
    });
  });
});
