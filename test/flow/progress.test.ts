import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { flow, pipeline, progress, task, type LocalRun, type Progress } from 'millrace';

/** Returns all progress that a run reports. */
async function progressOf(run: LocalRun): Promise<Progress[]> {
  const reported: Progress[] = [];
  for await (const event of run) if (event.type === 'progress') reported.push(event.progress);
  return reported;
}

const percents = (all: readonly Progress[]) => all.map(({ percent }) => percent);

describe('progress', () => {
  it('is 100% only when the run has completed', async () => {
    const run = task('all', () => progress(10, 10)).start();
    expect(percents(await progressOf(run))).toEqual([99]);
    expect(run.status().progress).toEqual({ current: 10, total: 10, percent: 100 });
    expect(run.status().tasks[0]?.progress?.percent).toBe(100);
    const failed = task('none', () => {
      progress(10, 10);
      throw new Error('at the end');
    }).start();
    expect((await failed.wait()).progress.percent).toBe(99);
    for (const quiet of [task('quiet', () => 1).start(), flow('quiet', () => 1).start(), pipeline('quiet').start({})]) {
      expect((await quiet.wait()).progress.percent).toBe(100);
    }
  });

  it('is sent at most four times a second, including the last update', async () => {
    const begun = performance.now();
    const run = task('busy', async () => {
      for (let i = 1; i <= 600; i++) {
        progress(i, 1000);
        if (i % 10 === 0) await sleep(10);
      }
    }).start();
    const reported = await progressOf(run);
    const seconds = (performance.now() - begun) / 1000;
    // the first one, four a second, and the last one
    expect(reported.length).toBeLessThanOrEqual(2 + 4 * seconds);
    expect(reported.length).toBeGreaterThan(1);
    expect(reported.at(-1)?.current).toBe(600);
  });

  it('arrives while the work continues, without another call', async () => {
    let done!: () => void;
    const gate = new Promise<void>((resolve) => (done = resolve));
    const run = task('pausing', () => {
      progress(1, 10);
      progress(5, 10);
      return gate;
    }).start();
    for await (const event of run) if (event.type === 'progress' && event.progress.current === 5) done();
    expect(run.status().state).toBe('completed');
  });

  it('does not decrease within an attempt', async () => {
    const run = task('wavering', () => {
      progress(5, 10);
      progress(2, 10);
      progress(6, 100);
    }).start();
    expect((await progressOf(run)).map(({ current, percent }) => [current, percent])).toEqual([
      [5, 50],
      [6, 50],
    ]);
  });

  it('of a task restarts with each attempt, but the progress of the run does not decrease', async () => {
    let calls = 0;
    const run = pipeline('p')
      .step(
        's',
        () => {
          progress(++calls === 1 ? 8 : 2, 10);
          if (calls === 1) throw new Error('once more');
          expect(run.status().tasks[0]?.progress?.percent ?? 0).toBeLessThanOrEqual(20);
          expect(run.status().progress.percent).toBe(80);
        },
        undefined,
        { retries: 1, retryDelay: 300 },
      )
      .start({});
    expect((await run.wait()).state).toBe('completed');
  });

  it('carries a message and data', async () => {
    const run = task('words', () => progress(1, 2, 'half', { page: 1, at: new Date(0) })).start();
    const [reported] = await progressOf(run);
    expect(reported).toEqual({
      current: 1,
      total: 2,
      percent: 50,
      message: 'half',
      data: { page: 1, at: '1970-01-01T00:00:00.000Z' },
    });
  });

  it.each([
    ['without a total', [3], { current: 3, total: null, percent: null }],
    ['beyond its total', [30, 10], { current: 10, total: 10, percent: 99 }],
    ['below zero', [-3, 10], { current: 0, total: 10, percent: 0 }],
    ['with a total of zero', [3, 0], { current: 3, total: null, percent: null }],
  ] as const)('%s is normalized', async (_what, args, expected) => {
    const run = task('t', () => progress(...(args as unknown as [number, number?]))).start();
    expect(await progressOf(run)).toEqual([expected]);
  });

  it('ignores a message that is not a string', async () => {
    const run = task('t', () => progress(1, 2, 5 as never)).start();
    expect(await progressOf(run)).toEqual([{ current: 1, total: 2, percent: 50 }]);
  });

  it.each([NaN, Infinity, 'x' as never])('of %s is ignored', async (current) => {
    expect(await progressOf(task('t', () => progress(current, 10)).start())).toEqual([]);
  });

  it('of a pipeline counts its completed steps and the progress of the running step', async () => {
    const observed: (number | null)[] = [];
    const look = () => void observed.push(run.status().progress.percent);
    const run = pipeline('p')
      .step('a', look)
      .step('b', () => {
        look();
        progress(1, 2);
        look();
      })
      .step('c', look)
      .step('d', look)
      .start({});
    expect((await run.wait()).progress).toEqual({ current: 4, total: 4, percent: 100 });
    expect(observed).toEqual([0, 25, 37, 50, 75]);
  });

  it('of a flow is its own report, or else the number of its completed tasks', async () => {
    const one = task('one', () => 1);
    const silent = flow('silent', async (): Promise<Progress> => {
      await one();
      await one();
      return run.status().progress;
    });
    const run = silent.start();
    expect(await run.result()).toEqual({ current: 2, total: null, percent: null });
    const reporting = flow('speaking', async (): Promise<Progress> => {
      progress(1, 4, 'first');
      await one();
      return reportingRun.status().progress;
    });
    const reportingRun = reporting.start();
    expect(await reportingRun.result()).toEqual({ current: 1, total: 4, percent: 25, message: 'first' });
  });
});
