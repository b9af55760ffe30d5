import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  currentSignal,
  flow,
  getRun,
  pipeline,
  progress,
  task,
  type LocalRun,
  type RunEvent,
  type TaskOptions,
} from 'millrace';
import { getRetryDelay } from '../../src/flow/running/retry-delay.js';
import { failureOf } from './failure-of.js';

afterEach(() => vi.restoreAllMocks());

/** Creates a task that fails the given number of times, then returns the number of its calls. */
function flaky(failures: number, options: TaskOptions) {
  let calls = 0;
  return task(
    'flaky',
    () => {
      if (++calls <= failures) throw new Error(`failure ${calls}`);
      return calls;
    },
    options,
  );
}

async function statesOf(run: LocalRun): Promise<string[]> {
  const states: string[] = [];
  for await (const event of run) {
    if (event.type === 'run-state') states.push(`run ${event.state}`);
    if (event.type === 'task-state') states.push(`${event.state} ${event.attempt}`);
  }
  return states;
}

/** Waits until the task's signal is aborted. */
const waitForAbort = async (): Promise<never> => {
  await sleep(60_000, undefined, { signal: currentSignal() });
  throw new Error('nobody stopped it');
};

/** Creates work that ignores its signal and ends when `release` is called. */
function createDeafWork() {
  let release!: (value: string) => void;
  const done = new Promise<string>((resolve) => (release = resolve));
  return { work: () => done, release };
}

describe('retries', () => {
  it('continue until one attempt succeeds, with the state `retrying` in between', async () => {
    const run = flaky(2, { retries: 2, retryDelay: 0 }).start();
    expect(await statesOf(run)).toEqual([
      'run running',
      ...['running 1', 'retrying 1', 'run retrying', 'run running'],
      ...['running 2', 'retrying 2', 'run retrying', 'run running'],
      ...['running 3', 'completed 3', 'run completed'],
    ]);
    expect(await run.result()).toBe(3);
  });

  it('end with the last error after the set number of retries', async () => {
    const error = await failureOf(flaky(9, { retries: 2, retryDelay: 0 })());
    expect(error.status.error?.message).toBe('failure 3');
    expect(error.status.tasks[0]).toMatchObject({ attempt: 3, state: 'failed' });
    expect((await failureOf(flaky(1, {})())).status.error?.message).toBe('failure 1');
  });

  it('can be set for a step', async () => {
    let calls = 0;
    const work = () => {
      if (++calls < 3) throw new Error('not yet');
      return { calls };
    };
    expect(await pipeline('p').step('s', work, undefined, { retries: 5, retryDelay: 1 }).run({})).toEqual({ calls: 3 });
  });

  it('wait for a random part of a backoff that doubles up to its cap', () => {
    const random = vi.spyOn(Math, 'random');
    const delays = (options: Parameters<typeof getRetryDelay>[0]) =>
      [1, 2, 3, 4].map((attempt) => getRetryDelay(options, attempt, undefined));
    random.mockReturnValue(1);
    expect(delays({ base: 100, cap: 500 })).toEqual([100, 200, 400, 500]);
    expect(delays(undefined)).toEqual([1000, 2000, 4000, 8000]);
    random.mockReturnValue(0.5);
    expect(delays({ base: 100, cap: 500 })).toEqual([50, 100, 200, 250]);
    random.mockReturnValue(0);
    expect(delays(undefined)).toEqual([0, 0, 0, 0]);
    expect(getRetryDelay({}, 10_000, undefined)).toBe(0);
  });

  it('wait for a fixed delay or for the result of a function', async () => {
    expect(getRetryDelay(25, 3, undefined)).toBe(25);
    expect(getRetryDelay((attempt, error) => attempt * (error as number), 3, 7)).toBe(21);
    expect([NaN, -5, Infinity].map((ms) => getRetryDelay(() => ms, 1, undefined))).toEqual([0, 0, 2 ** 31 - 1]);
    const delayCalls: unknown[] = [];
    const retryDelay = (attempt: number, error: unknown) => delayCalls.push([attempt, (error as Error).message]) * 0;
    await flaky(2, { retries: 2, retryDelay })();
    expect(delayCalls).toEqual([
      [1, 'failure 1'],
      [2, 'failure 2'],
    ]);
  });

  it('end when the delay function throws', async () => {
    const retryDelay = () => {
      throw new Error('no more');
    };
    expect((await failureOf(flaky(1, { retries: 5, retryDelay })())).status.error?.message).toBe('failure 1');
  });

  it('end when the run is cancelled between two attempts', async () => {
    const run = flaky(1, { retries: 1, retryDelay: 60_000 }).start();
    for await (const event of run) {
      if (event.type === 'run-state' && event.state === 'retrying') void run.cancel();
    }
    expect(run.status().state).toBe('cancelled');
  });
});

describe('a timeout', () => {
  it('aborts the signal of the attempt and fails the task', async () => {
    const slow = task('slow', waitForAbort, { timeout: 20 });
    const error = await failureOf(slow());
    expect(error.status.error).toEqual({
      code: 'task_timeout',
      message: 'it took longer than its timeout of 20 ms',
      task: 'slow',
    });
  });

  it('applies to each attempt, and each attempt has its own signal', async () => {
    const signals: boolean[] = [];
    let calls = 0;
    const slow = task(
      'slow',
      async () => {
        signals.push(currentSignal().aborted);
        return ++calls < 2 ? waitForAbort() : calls;
      },
      { timeout: 1000, retries: 1, retryDelay: 0 },
    );
    expect(await slow()).toBe(2);
    expect(signals).toEqual([false, false]);
  });

  it('abandons work that ignores its signal after the grace time, and rejects its later calls', async () => {
    const { work, release } = createDeafWork();
    const events: RunEvent[] = [];
    let late!: Promise<unknown>;
    const stubborn = task(
      'stubborn',
      () => {
        late = work().then(() => {
          progress(1, 2);
          return inner();
        });
        return late;
      },
      { timeout: 10 },
    );
    const inner = task('inner', () => 'ran');
    const outer = flow('outer', () => stubborn());
    const run = outer.with({ grace: 10 }).start();
    const reading = (async () => {
      for await (const event of run) events.push(event);
    })();
    const status = await run.wait();
    await reading;
    expect(status.error?.code).toBe('task_timeout');
    expect(events.filter((one) => one.type === 'log' && one.level === 'warning')).toHaveLength(1);
    release('late');
    await expect(late).rejects.toThrow('longer than its timeout');
    expect(run.status()).toEqual(status);
  });
});

describe('cancellation', () => {
  it('aborts the running step and skips the later steps', async () => {
    const chain = pipeline('chain')
      .step('one', () => ({ one: 1 }))
      .step('two', waitForAbort)
      .step('three', () => ({ three: 3 }));
    const run = chain.start({});
    for await (const event of run) {
      if (event.type === 'task-state' && event.key === 'two-0' && event.state === 'running') void run.cancel('enough');
    }
    const error = await failureOf(run.result());
    expect(error.message).toBe("Pipeline 'chain' was cancelled: enough");
    expect(error.data).toEqual({ one: 1 });
    expect(error.status).toMatchObject({ state: 'cancelled', error: { code: 'cancelled', message: 'enough' } });
    expect(error.status.tasks.map(({ state }) => state)).toEqual(['completed', 'cancelled', 'skipped']);
  });

  it('before the first step runs no step', async () => {
    let calls = 0;
    const run = pipeline('p')
      .step('s', () => {
        calls++;
      })
      .start({});
    expect((await run.cancel()).state).toBe('cancelled');
    expect(calls).toBe(0);
  });

  it('after the end of the run changes nothing', async () => {
    const run = task('quick', () => 1).start();
    await run.wait();
    expect((await run.cancel()).state).toBe('completed');
  });

  it('takes effect only when the work has stopped', async () => {
    const { work, release } = createDeafWork();
    const run = task('busy', work).start();
    await sleep(1);
    const cancelled = run.cancel();
    await sleep(20);
    expect(run.status().state).toBe('running');
    release('in time');
    // the work completed despite the cancellation
    expect((await cancelled).state).toBe('completed');
    expect(await run.result()).toBe('in time');
  });

  it('does not wait longer than the grace time for work that ignores its signal', async () => {
    const run = flow('stuck', () => createDeafWork().work())
      .with({ grace: 20 })
      .start();
    await sleep(1);
    expect((await run.cancel()).state).toBe('cancelled');
    const inTask = pipeline('p').step('stuck', () => new Promise<object>(() => undefined));
    const status = await inTask.start({}, { grace: 20, signal: AbortSignal.timeout(1) }).wait();
    expect(status.state).toBe('cancelled');
    expect(status.tasks[0]?.state).toBe('cancelled');
  });

  it('leaves a flow time to handle the errors of its cancelled tasks', async () => {
    const stubborn = task('stubborn', () => createDeafWork().work());
    const run = flow('tidy', () => stubborn().catch(() => 'tidied'))
      .with({ grace: 20 })
      .start();
    await sleep(1);
    expect(await run.cancel()).toMatchObject({ state: 'completed', result: 'tidied' });
  });

  it('reaches nested runs', async () => {
    const bottom = flow('bottom', waitForAbort);
    const middle = pipeline('middle').step('bottom', async () => ({ x: await bottom() }));
    const top = flow('top', () => middle.run({}));
    const run = top.start();
    const grandchildState = () => {
      const child = getRun(run.status().tasks[0]?.childRun ?? '');
      return child && getRun(child.status().tasks[1]?.childRun ?? '')?.status().state;
    };
    await expect.poll(grandchildState).toBe('running');
    const status = await run.cancel('all of it');
    const child = getRun(status.tasks[0]!.childRun!)!.status();
    const grandchild = getRun(child.tasks[1]!.childRun!)!.status();
    expect([status, child, grandchild].map((each) => [each.state, each.error?.message])).toEqual([
      ['cancelled', 'all of it'],
      ['cancelled', 'all of it'],
      ['cancelled', 'all of it'],
    ]);
  });

  it("follows the caller's signal, even if it is already aborted", async () => {
    const controller = new AbortController();
    const run = pipeline('p').step('s', waitForAbort).start({}, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('leaving')), 1);
    expect((await run.wait()).error?.message).toBe('leaving');
    const aborted = AbortSignal.abort(new Error('gone'));
    expect((await pipeline('p').step('s', waitForAbort).start({}, { signal: aborted }).wait()).state).toBe('cancelled');
  });
});
