import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  directoryStore,
  flow,
  memoryStore,
  NotFoundError,
  pipeline,
  resume,
  task,
  ValidationError,
  type RunStore,
} from 'millrace';
import { failureOf } from './failure-of.js';
import { fiveSteps } from './five-steps.js';

let directory: string;
let count = 0;
beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'millrace-runs-'))));
afterAll(() => rm(directory, { recursive: true, force: true }));

const stores: [string, () => RunStore][] = [
  ['memory', () => memoryStore()],
  ['a directory', () => directoryStore(join(directory, `store-${count++}`))],
];

describe.each(stores)('a run stored in %s', (_name, open) => {
  it('resumes after its last completed step with the same ID and consecutive event numbers', async () => {
    const store = open();
    const { chain, done, state } = fiveSteps();
    const run = chain.start({ n: 1 }, { store });
    expect((await run.wait()).tasks.map((one) => one.state)).toEqual([
      'completed',
      'completed',
      'failed',
      'skipped',
      'skipped',
    ]);
    const { sequence } = (await store.load(run.id))!;
    state.fails = false;
    const resumed = await resume(run.id);
    const sequences: number[] = [];
    for await (const event of resumed) sequences.push(event.sequence);
    expect(await resumed.result()).toEqual({ n: 1, at: new Date(5), three: 6, four: 7, end: true });
    expect(done).toEqual(['one 1', 'two', 'three', 'four', 'five']);
    expect(resumed.id).toBe(run.id);
    expect(sequences[0]).toBeGreaterThan(sequence);
    const stored = (await store.load(run.id))!;
    expect(stored.run).toEqual(resumed.status());
    expect(stored.run).toMatchObject({ state: 'completed', error: null, createdAt: run.status().createdAt });
    expect(stored.run.tasks.map((one) => one.attempt)).toEqual([1, 1, 2, 1, 1]);
  });

  it('can be resumed several times', async () => {
    const store = open();
    const { chain, done, state } = fiveSteps();
    const run = chain.start({ n: 1 }, { store });
    await run.wait();
    for (let i = 0; i < 3; i++) expect((await (await resume(run.id)).wait()).state).toBe('failed');
    state.fails = false;
    expect((await (await resume(run.id, { of: chain, store })).wait()).state).toBe('completed');
    expect(done).toHaveLength(5);
  });

  it('that completed returns its result without running a step', async () => {
    const store = open();
    const { chain, done, state } = fiveSteps();
    state.fails = false;
    const run = chain.start({ n: 1 }, { store });
    await run.wait();
    const resumed = await resume(run.id);
    expect(await resumed.result()).toMatchObject({ n: 1, end: true });
    expect(resumed.status().state).toBe('completed');
    expect(done).toHaveLength(5);
  });

  it('that was cancelled can be resumed', async () => {
    const store = open();
    let calls = 0;
    const chain = pipeline('p')
      .step('stop', () => void run.cancel())
      .step('go', () => ({ calls: ++calls }));
    const run = chain.start({}, { store });
    expect((await run.wait()).state).toBe('cancelled');
    expect(await (await resume(run.id)).result()).toEqual({ calls: 1 });
  });

  it('of a flow reuses task runs by name, arguments and version, and resumes subflows', async () => {
    const store = open();
    const calls: string[] = [];
    let fails = true;
    const fetchPage = task('fetch', (n: number) => (calls.push(`fetch ${n}`), { n }), { version: 'v1' });
    const inner = flow('inner', async (n: number) => {
      const page = await fetchPage(n);
      if (fails) throw new Error('inside');
      return page.n;
    });
    const outer = flow('outer', async (n: number) => {
      const first = await fetchPage(n);
      return (await inner(first.n + 1)) + (await fetchPage(7)).n;
    });
    const run = outer.with({ store }).start(1);
    const before = await run.wait();
    expect(before.state).toBe('failed');
    fails = false;
    const resumed = await resume(run.id);
    expect(await resumed.result()).toBe(9);
    expect(calls).toEqual(['fetch 1', 'fetch 2', 'fetch 7']);
    expect(resumed.status().tasks.map((one) => one.childRun)).toEqual(
      before.tasks.map((one) => one.childRun).concat(null),
    );
  });

  it('runs a step with another version and the steps after it again', async () => {
    const store = open();
    let fails = true;
    const calls: string[] = [];
    const versions = (version: string) =>
      pipeline('p')
        .step('a', () => void calls.push(`a ${version}`), version)
        .step('b', () => void calls.push('b'), 'v1')
        .step('c', () => {
          if (fails) throw new Error('c');
        });
    const run = versions('v1').start({}, { store });
    await run.wait();
    fails = false;
    const resumed = await resume(run.id, { of: versions('v2') });
    expect((await resumed.wait()).state).toBe('completed');
    expect(calls).toEqual(['a v1', 'b', 'a v2', 'b']);
    expect(resumed.status().tasks.map(({ key, version }) => [key, version])).toEqual([
      ['a-0', 'v2'],
      ['b-0', 'v1'],
      ['c-0', null],
    ]);
  });

  it('with a result that is not JSON is rejected before any step runs', async () => {
    const store = open();
    let calls = 0;
    const chain = pipeline('p')
      .step('map', () => ({ index: new Map() }))
      .step('fail', () => {
        calls++;
        throw new Error('no');
      });
    const run = chain.start({}, { store });
    await run.wait();
    const refusal = resume(run.id);
    await expect(refusal).rejects.toBeInstanceOf(ValidationError);
    await expect(refusal).rejects.toThrow("output of task run 'map-0' to be JSON");
    await expect(refusal).rejects.toThrow('`index`');
    expect(calls).toBe(1);
  });

  it('cannot be resumed by an unknown ID, while in progress, or with another pipeline', async () => {
    const store = open();
    const { chain } = fiveSteps();
    const unknown = resume('00000000-0000-4000-8000-000000000000', { store, of: chain });
    await expect(unknown).rejects.toBeInstanceOf(NotFoundError);
    await expect(resume('../../etc/passwd', { store, of: chain })).rejects.toBeInstanceOf(ValidationError);
    const run = chain.start({ n: 1 }, { store });
    await expect(resume(run.id)).rejects.toThrow('which is in progress');
    await run.wait();
    await expect(resume(run.id, { of: pipeline('other') })).rejects.toThrow("pipeline 'five'");
    for (const [of, got] of [
      [() => 1, 'a function'],
      [null, 'null'],
    ] as const) {
      const failure = resume(run.id, { of: of as never });
      await expect(failure).rejects.toThrow(`\`of\` to be pipeline 'five', as in the run's record, got ${got}`);
      await expect(failure).rejects.toBeInstanceOf(ValidationError);
    }
  });
});

describe('resume()', () => {
  it('requires a store', async () => {
    const run = fiveSteps().chain.start({ n: 1 });
    await run.wait();
    await expect(resume(run.id)).rejects.toThrow('directoryStore(path)');
  });

  it('requires `of` if this process has no handle of the run', async () => {
    const store = memoryStore();
    const { chain } = fiveSteps();
    const run = chain.start({ n: 1 }, { store });
    await run.wait();
    const point = (await store.load(run.id))!;
    point.run.requestId = '11111111-0000-4000-8000-000000000000';
    const elsewhere: RunStore = { append: () => undefined, load: async () => point };
    await expect(resume(point.run.requestId, { store: elsewhere })).rejects.toThrow(
      "This process did not start the run, or no longer remembers it. Pass the pipeline 'five' as `of`.",
    );
  });
});

describe('a store that fails', () => {
  it.each([
    ['rejects', async () => Promise.reject(new Error('disk full'))],
    [
      'throws',
      () => {
        throw new Error('disk full');
      },
    ],
  ])('because it %s does not fail the run and logs one warning', async (_how, append) => {
    const warnings: string[] = [];
    const ignore = (): void => undefined;
    const logger = { debug: ignore, info: ignore, error: ignore, warn: (line: string) => void warnings.push(line) };
    const store: RunStore = { append, load: async () => undefined };
    const { chain, state } = fiveSteps();
    state.fails = false;
    expect(await chain.run({ n: 1 }, { store, logger })).toMatchObject({ end: true });
    expect(warnings).toEqual([expect.stringContaining('cannot be resumed later because storing it failed: disk full')]);
  });
});

describe('a memory store', () => {
  it('keeps the newest runs', async () => {
    const store = memoryStore({ maxRuns: 2 });
    const runs = [1, 2, 3].map(() => pipeline('p').start({}, { store }));
    await Promise.all(runs.map((run) => run.wait()));
    const found = await Promise.all(runs.map(async (run) => (await store.load(run.id)) !== undefined));
    expect(found).toEqual([false, true, true]);
  });
});

describe('a store that is full', () => {
  it.each([
    ['memory', () => memoryStore({ maxRuns: 10 })],
    ['a directory', () => directoryStore(join(directory, `store-${count++}`), { maxRuns: 10 })],
  ] as [string, () => RunStore][])(
    'in %s removes completed runs before failed ones, and no run in progress',
    async (_name, openStore) => {
      const store = openStore();
      const failed = await pipeline('p')
        .step('fail', () => {
          throw new Error('no');
        })
        .start({}, { store })
        .wait();
      let openGate = (): void => undefined;
      const gate = new Promise<void>((resolve) => (openGate = resolve));
      const child = flow('child', (n: number) => n);
      const parent = flow('parent', async () => {
        for (let n = 0; n < 30; n++) await child(n);
        await gate;
      });
      const run = parent.with({ store }).start();
      const quick = flow('quick', () => 'x'.repeat(10_000));
      for (let n = 0; n < 30; n++) await quick.with({ store })();
      const first = (await store.load(run.id))?.run;
      expect(first).toMatchObject({ of: 'parent', state: 'running' });
      expect(first?.tasks.length).toBeGreaterThan(0);
      expect((await store.load(failed.requestId))?.run.state).toBe('failed');
      openGate();
      await run.wait();
      expect((await store.load(run.id))?.run.tasks).toHaveLength(30);
      const remaining = await Promise.all(run.status().tasks.map(async (one) => store.load(one.childRun!)));
      expect(remaining.filter(Boolean).length).toBeLessThan(12);
    },
  );
});

it('a failed run that is resumed rejects with the same error', async () => {
  const store = memoryStore();
  const { chain } = fiveSteps();
  const run = chain.start({ n: 1 }, { store });
  await run.wait();
  const error = await failureOf((await resume(run.id)).result());
  expect(error.message).toBe("Pipeline 'five' failed in step 'three': not today");
  expect(error.data).toEqual({ n: 1, at: new Date(5) });
});
