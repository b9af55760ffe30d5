import { describe, expect, it } from 'vitest';
import { currentSignal, flow, pipeline, task, type RunEvent, type RunReporter } from 'millrace';
import { observeRuns, type RunObserver } from '../../src/shared/runs/run-observer.js';

function createReporter(observer: Partial<RunObserver>): RunReporter {
  return { [observeRuns]: () => ({ worker: null, report: () => undefined, ...observer }) };
}

const inner = flow('inner', (n: number) => n);
const outer = flow('outer', async () => (await inner(1)) + (await inner(2)));

describe('an observer', () => {
  it('receives the events of a run and of its child runs, each in order, after `opened`', async () => {
    const events: RunEvent[] = [];
    const opened: string[] = [];
    const report = createReporter({
      worker: 'w1',
      opened: (id) => void opened.push(id),
      report(event) {
        expect(opened).toContain(event.run);
        events.push(event);
      },
    });
    const run = outer.with({ report }).start();
    await run.wait();
    expect(opened).toHaveLength(3);
    expect(opened[0]).toBe(run.id);
    for (const id of opened) {
      const ofRun = events.filter((event) => event.run === id);
      expect(ofRun.map(({ sequence }) => sequence)).toEqual(ofRun.map((_, i) => i + 1));
      expect(ofRun[0]).toMatchObject({ type: 'run-created', worker: 'w1' });
      expect(ofRun.at(-1)).toMatchObject({ type: 'run-state', state: 'completed' });
    }
  });

  it('receives the outputs that a resumed run needs', async () => {
    const outputs: unknown[] = [];
    const report = createReporter({
      report(event) {
        if (event.type === 'task-state' && event.state === 'completed') outputs.push(event.output);
      },
    });
    await pipeline('p')
      .step('a', () => ({ a: 1 }))
      .step('b', () => undefined)
      .run({}, { report });
    expect(outputs).toEqual([{ a: 1 }, {}]);
  });

  it('that throws at any call does not affect the run', async () => {
    const fails = (): never => {
      throw new Error('no server');
    };
    expect(await outer.with({ report: createReporter({ opened: fails, report: fails }) })()).toBe(3);
    expect(await outer.with({ report: { [observeRuns]: fails } })()).toBe(3);
  });

  it('can cancel the run', async () => {
    let cancel!: (reason?: string) => void;
    const patient = task('patient', async () => {
      const signal = currentSignal();
      cancel('the server says so');
      cancel('again');
      await expect.poll(() => signal.aborted).toBe(true);
      signal.throwIfAborted();
    });
    const report = createReporter({ opened: (_id, stop) => void (cancel = stop) });
    const status = await patient.with({ report }).start().wait();
    expect(status).toMatchObject({ state: 'cancelled', error: { message: 'the server says so' } });
    cancel('after the end');
  });

  it('can cancel the run before its first event', async () => {
    const report = createReporter({ opened: (_id, cancel) => cancel('not wanted') });
    const status = await outer.with({ report }).start().wait();
    expect(status).toMatchObject({ state: 'cancelled', error: { message: 'not wanted' }, tasks: [] });
  });
});
