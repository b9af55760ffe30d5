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

/** Fails a given number of times, then returns the number of its calls. */
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

/** Work that stops when its signal is aborted. */
const patient = async (): Promise<never> => {
  await sleep(60_000, undefined, { signal: currentSignal() });
  throw new Error('nobody stopped it');
};

/** Work that does not listen. */
function deaf() {
  let release!: (value: string) => void;
  const done = new Promise<string>((resolve) => (release = resolve));
  return { work: () => done, release };
}

describe('retries', () => {
  it('go on until one attempt succeeds, and show between them that they wait', async () => {
    const run = flaky(2, { retries: 2, retryDelay: 0 }).start();
    expect(await statesOf(run)).toEqual([
      'run running',
      ...['running 1', 'retrying 1', 'run retrying', 'run running'],
      ...['running 2', 'retrying 2', 'run retrying', 'run running'],
      ...['running 3', 'completed 3', 'run completed'],
    ]);
    expect(await run.result()).toBe(3);
  });

  it('end with the last error, after as many as were asked for', async () => {
    const error = await failureOf(flaky(9, { retries: 2, retryDelay: 0 })());
    expect(error.status.error?.message).toBe('failure 3');
    expect(error.status.tasks[0]).toMatchObject({ attempt: 3, state: 'failed' });
    expect((await failureOf(flaky(1, {})())).status.error?.message).toBe('failure 1');
  });

  it('may be asked for by a step', async () => {
    let calls = 0;
    const work = () => {
      if (++calls < 3) throw new Error('not yet');
      return { calls };
    };
    expect(await pipeline('p').step('s', work, undefined, { retries: 5, retryDelay: 1 }).run({})).toEqual({ calls: 3 });
  });

  it('wait a random part of a time that doubles up to its cap', () => {
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

  it('wait as long as a number or a function says', async () => {
    expect(getRetryDelay(25, 3, undefined)).toBe(25);
    expect(getRetryDelay((attempt, error) => attempt * (error as number), 3, 7)).toBe(21);
    expect([NaN, -5, Infinity].map((ms) => getRetryDelay(() => ms, 1, undefined))).toEqual([0, 0, 2 ** 31 - 1]);
    const asked: unknown[] = [];
    const retryDelay = (attempt: number, error: unknown) => asked.push([attempt, (error as Error).message]) * 0;
    await flaky(2, { retries: 2, retryDelay })();
    expect(asked).toEqual([
      [1, 'failure 1'],
      [2, 'failure 2'],
    ]);
  });

  it('end when the function for the delay throws', async () => {
    const retryDelay = () => {
      throw new Error('no more');
    };
    expect((await failureOf(flaky(1, { retries: 5, retryDelay })())).status.error?.message).toBe('failure 1');
  });

  it('end when the run is cancelled while it waits', async () => {
    const run = flaky(1, { retries: 1, retryDelay: 60_000 }).start();
    for await (const event of run) {
      if (event.type === 'run-state' && event.state === 'retrying') void run.cancel();
    }
    expect(run.status().state).toBe('cancelled');
  });
});

describe('a timeout', () => {
  it('aborts the signal of the attempt, which has failed', async () => {
    const slow = task('slow', patient, { timeout: 20 });
    const error = await failureOf(slow());
    expect(error.status.error).toEqual({
      code: 'task_timeout',
      message: 'it took longer than its timeout of 20 ms',
      task: 'slow',
    });
  });

  it('is for each attempt, and what is tried again has a signal of its own', async () => {
    const signals: boolean[] = [];
    let calls = 0;
    const slow = task(
      'slow',
      async () => {
        signals.push(currentSignal().aborted);
        return ++calls < 2 ? patient() : calls;
      },
      { timeout: 1000, retries: 1, retryDelay: 0 },
    );
    expect(await slow()).toBe(2);
    expect(signals).toEqual([false, false]);
  });

  it('leaves work that does not listen to itself after its grace time, and what that does counts for nothing', async () => {
    const { work, release } = deaf();
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

describe('cancelling', () => {
  it('reaches the step, and skips those after it', async () => {
    const chain = pipeline('chain')
      .step('one', () => ({ one: 1 }))
      .step('two', patient)
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

  it('before it begins does nothing of it', async () => {
    let calls = 0;
    const run = pipeline('p')
      .step('s', () => {
        calls++;
      })
      .start({});
    expect((await run.cancel()).state).toBe('cancelled');
    expect(calls).toBe(0);
  });

  it('after its end changes nothing', async () => {
    const run = task('quick', () => 1).start();
    await run.wait();
    expect((await run.cancel()).state).toBe('completed');
  });

  it('is said of the run when the work has stopped, not before', async () => {
    const { work, release } = deaf();
    const run = task('busy', work).start();
    await sleep(1);
    const cancelled = run.cancel();
    await sleep(20);
    expect(run.status().state).toBe('running');
    release('in time');
    // the work was done all the same
    expect((await cancelled).state).toBe('completed');
    expect(await run.result()).toBe('in time');
  });

  it('is forced after the grace time on work that ignores its signal', async () => {
    const run = flow('stuck', () => deaf().work())
      .with({ grace: 20 })
      .start();
    await sleep(1);
    expect((await run.cancel()).state).toBe('cancelled');
    const inTask = pipeline('p').step('stuck', () => new Promise<object>(() => undefined));
    const status = await inTask.start({}, { grace: 20, signal: AbortSignal.timeout(1) }).wait();
    expect(status.state).toBe('cancelled');
    expect(status.tasks[0]?.state).toBe('cancelled');
  });

  it('leaves a flow the time to deal with what its tasks did of it', async () => {
    const stubborn = task('stubborn', () => deaf().work());
    const run = flow('tidy', () => stubborn().catch(() => 'tidied'))
      .with({ grace: 20 })
      .start();
    await sleep(1);
    expect(await run.cancel()).toMatchObject({ state: 'completed', result: 'tidied' });
  });

  it('reaches runs inside runs', async () => {
    const bottom = flow('bottom', patient);
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

  it('comes with a signal of the caller, even one that is aborted already', async () => {
    const controller = new AbortController();
    const run = pipeline('p').step('s', patient).start({}, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('leaving')), 1);
    expect((await run.wait()).error?.message).toBe('leaving');
    const aborted = AbortSignal.abort(new Error('gone'));
    expect((await pipeline('p').step('s', patient).start({}, { signal: aborted }).wait()).state).toBe('cancelled');
  });
});
