import { setTimeout as sleep } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  currentSignal,
  flow,
  getRun,
  log,
  pipeline,
  progress,
  RunFailedError,
  task,
  WaitTimeoutError,
  type RunStatus,
} from 'millrace';
import { z } from 'zod';
import { failureOf } from './failure-of.js';

const fetchPage = task('fetch', async (path: string) => {
  await sleep(1);
  return { path, words: path.length };
});
const count = task('count', (page: { words: number }) => page.words);

const edges = ({ tasks }: RunStatus) => tasks.map(({ key, after }) => [key, after]);

describe('a task', () => {
  it('called outside a flow creates a run', async () => {
    expect(await count({ words: 3 })).toBe(3);
    const status = await fetchPage.start('/a').wait();
    expect(status).toMatchObject({ kind: 'task', of: 'fetch', state: 'completed', input: '/a', parent: null });
    expect(status.tasks.map(({ key, state }) => [key, state])).toEqual([['fetch-0', 'completed']]);
  });

  it('called inside a flow creates a task run, numbered per name', async () => {
    const both = flow('both', async () => [await fetchPage('/a'), await fetchPage('/b'), await count({ words: 1 })]);
    const status = await both.start().wait();
    expect(status.tasks.map(({ key, index }) => [key, index])).toEqual([
      ['fetch-0', 0],
      ['fetch-1', 1],
      ['count-0', 2],
    ]);
  });

  it('has a name and a version, and rejects invalid arguments', () => {
    const named = task('named', () => 1, { version: 'v2' });
    expect([named.name, named.version]).toEqual(['named', 'v2']);
    expect(() => task('', () => 1)).toThrow('a task name');
    expect(() => task('t', 5 as never)).toThrow("a function for task 't'");
    expect(() => task('t', () => 1, { retry: 1 } as never)).toThrow('got `retry`');
  });

  it('started inside a flow has no parent', async () => {
    const inner: string[] = [];
    const outer = flow('outer', async () => {
      const run = count.start({ words: 1 });
      inner.push(run.id);
      await run.wait();
    });
    const status = await outer.start().wait();
    expect(status.tasks).toEqual([]);
    expect(getRun(inner[0]!)!.status().parent).toBeNull();
  });

  it('rejects inside a flow with the thrown error, which the flow can catch', async () => {
    const cause = new RangeError('no page');
    const broken = task('broken', () => {
      throw cause;
    });
    const careful = flow('careful', async () => broken().catch((error: unknown) => error));
    const run = careful.start();
    expect(await run.result()).toBe(cause);
    expect(run.status().state).toBe('completed');
    expect(run.status().tasks[0]).toMatchObject({ state: 'failed', error: { code: 'task_failed', task: 'broken' } });
    const error = await failureOf(flow('careless', () => broken())());
    expect(error.message).toBe("Flow 'careless' failed in task 'broken': no page");
    expect((await failureOf(broken())).message).toBe("Task 'broken' failed: no page");
  });
});

describe('dependencies', () => {
  it('are found from results that are passed to other tasks, and from promises in `after`', async () => {
    const join = task('join', (pages: { words: number }[]) => pages.length);
    const named = task('named', (pages: { one: object }) => Object.keys(pages).length);
    const all = flow('all', async () => {
      const [a, b] = await Promise.all([fetchPage('/a'), fetchPage('/b')]);
      await count(a);
      await join([a, b]);
      await named({ one: b });
      const later = fetchPage('/c');
      await count.with({ after: [later, 'count-0'] })({ words: 1 });
      return later;
    });
    expect(edges(await all.start().wait())).toEqual([
      ['fetch-0', []],
      ['fetch-1', []],
      ['count-0', ['fetch-0']],
      ['join-0', ['fetch-0', 'fetch-1']],
      ['named-0', ['fetch-1']],
      ['fetch-2', []],
      ['count-1', ['fetch-2', 'count-0']],
    ]);
  });

  it('are found in an object from another realm', async () => {
    const wrap = runInNewContext('(one) => ({ one })') as (one: object) => { one: object };
    const named = task('named', (pages: { one: object }) => Object.keys(pages).length);
    const all = flow('all', async () => named(wrap(await fetchPage('/a'))));
    expect(edges(await all.start().wait())).toEqual([
      ['fetch-0', []],
      ['named-0', ['fetch-0']],
    ]);
  });

  it('are found without calling getters', async () => {
    const trap = Object.defineProperty({}, 'trap', {
      enumerable: true,
      get: () => {
        throw new Error('was called');
      },
    });
    const keep = task('keep', (value: object) => typeof value);
    expect(await flow('trapped', () => keep(trap))()).toBe('object');
  });
});

describe('a flow inside a flow', () => {
  const inner = flow('inner', async (n: number) => (await fetchPage('/'.repeat(n))).words);
  const outer = flow('outer', async () => (await inner(2)) + (await inner(3)));

  it('creates a run with a link to its parent', async () => {
    const run = outer.start();
    expect(await run.result()).toBe(5);
    const { tasks, requestId } = run.status();
    expect(tasks.map(({ key, state }) => [key, state])).toEqual([
      ['inner-0', 'completed'],
      ['inner-1', 'completed'],
    ]);
    const children = tasks.map((each) => getRun(each.childRun!)!.status());
    expect(children.map(({ parent, of, input, result }) => [parent, of, input, result])).toEqual([
      [requestId, 'inner', 2, 2],
      [requestId, 'inner', 3, 3],
    ]);
  });

  it('that fails rejects with its own error, whose chain of causes ends in the thrown error', async () => {
    const cause = new Error('at the bottom');
    let nested = flow('level', () => {
      throw cause;
    });
    for (let level = 0; level < 3; level++) {
      const below = nested;
      nested = flow('level', () => below());
    }
    let error: unknown = await failureOf(nested());
    expect((error as Error).message).toBe("Flow 'level' failed in task 'level': at the bottom");
    let depth = 0;
    while (error instanceof RunFailedError) {
      error = error.cause;
      depth++;
    }
    expect(error).toBe(cause);
    expect(depth).toBe(4);
  });

  it('can be 200 levels deep, with pipelines in between', async () => {
    let nested: () => Promise<number> = flow('bottom', async () => (await fetchPage('/')).words);
    for (let level = 0; level < 200; level++) {
      const below = nested;
      const chain = pipeline('chain').step('below', async () => ({ words: await below() }));
      nested =
        level % 2 === 0 ? flow('level', () => below()) : flow('chained', async () => (await chain.run({})).words);
    }
    expect(await nested()).toBe(1);
  });
});

describe('a flow', () => {
  it('validates its argument with a schema', async () => {
    const Model = z.object({ a: z.number(), b: z.string().default('b') });
    const validated = flow('validated', (m) => `${m.a}${m.b}`, { input: Model });
    expect(await validated({ a: 1 })).toBe('1b');
    const error = await failureOf(validated({ a: 'x' } as never));
    expect(error.status.error?.code).toBe('invalid_input');
  });

  it('records several arguments as an array', async () => {
    const add = flow('add', (a: number, b: number) => a + b);
    const status = await add.start(1, 2).wait();
    expect([status.input, status.result]).toEqual([[1, 2], 3]);
  });

  it('ends after the tasks that it did not await, and ignores their failures', async () => {
    const slow = task('slow', () => sleep(20, 'done'));
    const bad = task('bad', async () => {
      await sleep(5);
      throw new Error('nobody looks');
    });
    const hasty = flow('hasty', () => {
      void slow();
      void bad();
      return 'gone';
    });
    const status = await hasty.start().wait();
    expect(status).toMatchObject({ state: 'completed', result: 'gone' });
    expect(status.tasks.map(({ state }) => state)).toEqual(['completed', 'failed']);
  });

  it('that throws stops its running tasks', async () => {
    const stopped: string[] = [];
    const endless = task('endless', async () => {
      await sleep(60_000, undefined, { signal: currentSignal() }).catch(() => stopped.push('endless'));
      throw new Error('stopped');
    });
    const broken = task('broken', async () => {
      await sleep(5);
      throw new Error('first');
    });
    const race = flow('race', () => Promise.all([endless(), broken()]));
    const error = await failureOf(race());
    expect(error.status.error).toMatchObject({ code: 'task_failed', message: 'first', task: 'broken' });
    expect(error.status.tasks.map(({ state }) => state)).toEqual(['cancelled', 'failed']);
    expect(stopped).toEqual(['endless']);
  });
});

describe('progress(), log() and currentSignal()', () => {
  it('apply to the task that calls them, across awaits and among concurrent tasks', async () => {
    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);
    const logger = { debug: write, info: write, warn: write, error: write };
    const signals = new Set<AbortSignal>();
    const each = task('each', async (n: number) => {
      await sleep(10 - n);
      log(n);
      progress(n, 10);
      await Promise.resolve();
      signals.add(currentSignal());
    });
    const all = flow('all', () => Promise.all([1, 2, 3].map((n) => each(n))));
    const status = await all.with({ logger }).start().wait();
    expect(lines.filter((line) => / - \d$/.test(line)).sort()).toEqual([
      "Task run 'each-0' - 1",
      "Task run 'each-1' - 2",
      "Task run 'each-2' - 3",
    ]);
    expect(status.tasks.map((one) => one.progress?.total)).toEqual([10, 10, 10]);
    expect(signals.size).toBe(3);
  });

  it('do nothing outside a run', () => {
    expect(() => {
      log('nobody hears this');
      progress(1, 2);
    }).not.toThrow();
    expect(currentSignal().aborted).toBe(false);
  });
});

describe('waiting for a run', () => {
  const failed = flow('failed', () => {
    throw new Error('no');
  });

  it.each(['wait', 'result'] as const)(
    '%s() rejects after `waitTimeout` or an abort, and the run continues',
    async (method) => {
      let open!: () => void;
      const gate = new Promise<void>((resolve) => (open = resolve));
      const run = flow('gated', () => gate).start();
      const failure = (await run[method]({ waitTimeout: 0 }).catch((error: unknown) => error)) as Error;
      expect(failure).toBeInstanceOf(WaitTimeoutError);
      expect(failure).toMatchObject({ code: 'wait_timeout', requestId: run.id, lastStatus: { state: 'running' } });
      expect(failure.message).toContain('The run continues');
      await expect(run[method]({ signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
      const stop = new AbortController();
      const aborted = run[method]({ signal: stop.signal });
      stop.abort('now');
      await expect(aborted).rejects.toBe('now');
      open();
      await run[method]({ waitTimeout: Infinity });
      expect(run.status().state).toBe('completed');
    },
  );

  it('returns the outcome when the run ends in time', async () => {
    const run = failed.start();
    expect(await run.wait({ waitTimeout: 60_000 })).toMatchObject({ state: 'failed' });
    await expect(run.result({ waitTimeout: 60_000 })).rejects.toBeInstanceOf(RunFailedError);
  });

  it('rejects invalid options', async () => {
    await expect(failed.start().wait({ timeout: 5 } as never)).rejects.toThrow('waitTimeout');
    await expect(failed.start().result({ waitTimeout: -1 })).rejects.toThrow('`waitTimeout`');
  });
});

describe('getRun()', () => {
  it('finds the runs of this process only', async () => {
    const run = count.start({ words: 1 });
    expect(getRun(run.id)).toBe(run);
    await run.wait();
    expect(getRun(run.id)?.status().state).toBe('completed');
    expect(getRun('00000000-0000-4000-8000-000000000000')).toBeUndefined();
    expect(getRun('nonsense')).toBeUndefined();
  });

  it('forgets the oldest of more than 1000 ended runs, but no run in progress', async () => {
    let open!: () => void;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const waiting = task('waiting', () => gate).start();
    const first = count.start({ words: 1 });
    await first.wait();
    await Promise.all(Array.from({ length: 1000 }, () => count({ words: 1 })));
    expect(getRun(first.id)).toBeUndefined();
    expect(getRun(waiting.id)).toBe(waiting);
    open();
    await waiting.wait();
  });
});
