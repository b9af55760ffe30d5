import { describe, expect, it, vi } from 'vitest';
import { currentSignal, flow, pipeline, task, type RunObserver, type RunEvent, type RunReporter } from 'millrace';
import { observeRuns } from '../../src/shared/runs/run-observer.js';

function reporting(observer: Partial<RunObserver>): RunReporter {
  return { [observeRuns]: () => ({ worker: null, report: () => undefined, ...observer }) };
}

const inner = flow('inner', (n: number) => n);
const outer = flow('outer', async () => (await inner(1)) + (await inner(2)));

describe('an observer', () => {
  it('gets the reports of the run and of those inside it, each in its order, after it was told of the run', async () => {
    const reports: RunEvent[] = [];
    const opened: string[] = [];
    const report = reporting({
      worker: 'w1',
      opened: (id) => void opened.push(id),
      report(one) {
        expect(opened).toContain(one.run);
        reports.push(one);
      },
    });
    const run = outer.with({ report }).start();
    await run.wait();
    expect(opened).toHaveLength(3);
    expect(opened[0]).toBe(run.id);
    for (const id of opened) {
      const own = reports.filter((one) => one.run === id);
      expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, i) => i + 1));
      expect(own[0]).toMatchObject({ type: 'run-created', worker: 'w1' });
      expect(own.at(-1)).toMatchObject({ type: 'run-state', state: 'completed' });
    }
  });

  it('gets the outputs that a resumed run would need', async () => {
    const outputs: unknown[] = [];
    const report = reporting({
      report(one) {
        if (one.type === 'task-state' && one.state === 'completed') outputs.push(one.output);
      },
    });
    await pipeline('p')
      .step('a', () => ({ a: 1 }))
      .step('b', () => undefined)
      .run({}, { report });
    expect(outputs).toEqual([{ a: 1 }, {}]);
  });

  it('that throws, at any call, changes nothing', async () => {
    const fails = (): never => {
      throw new Error('no server');
    };
    expect(await outer.with({ report: reporting({ opened: fails, report: fails }) })()).toBe(3);
    expect(await outer.with({ report: { [observeRuns]: fails } })()).toBe(3);
  });

  it('may ask the run to stop', async () => {
    let cancel!: (reason?: string) => void;
    const patient = task('patient', async () => {
      const signal = currentSignal();
      cancel('the server says so');
      cancel('again');
      await vi.waitFor(() => expect(signal.aborted).toBe(true));
      signal.throwIfAborted();
    });
    const report = reporting({ opened: (_id, stop) => void (cancel = stop) });
    const status = await patient.with({ report }).start().wait();
    expect(status).toMatchObject({ state: 'cancelled', error: { message: 'the server says so' } });
    cancel('after the end');
  });
});
