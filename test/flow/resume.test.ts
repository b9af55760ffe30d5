import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
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
  type RunEvent,
  type RunStore,
} from 'millrace';
import { failureOf } from './failure-of.js';

let directory: string;
let count = 0;
beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'millrace-runs-'))));
afterAll(() => rm(directory, { recursive: true, force: true }));

const stores: [string, () => RunStore][] = [
  ['memory', () => memoryStore()],
  ['a directory', () => directoryStore(join(directory, `store-${count++}`))],
];

/** Five steps that record when they are done. The third fails while a flag is set. */
function fiveSteps() {
  const done: string[] = [];
  const state = { fails: true };
  const chain = pipeline<{ n: number }>('five')
    .step('one', (d) => void done.push(`one ${d.n}`))
    .step('two', () => (done.push('two'), { at: new Date(5) }))
    .step('three', (d) => {
      if (state.fails) throw new Error('not today');
      return { three: d.at.getTime() + (done.push('three') > 0 ? 1 : 0) };
    })
    .step('four', (d) => (done.push('four'), { four: d.three + 1 }))
    .step('five', () => (done.push('five'), { end: true }));
  return { chain, done, state };
}

describe.each(stores)('a run kept in %s', (_name, open) => {
  it('goes on after the last step that completed, under its id and with its numbers', async () => {
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
    const again = await resume(run.id);
    const sequences: number[] = [];
    for await (const event of again) sequences.push(event.sequence);
    expect(await again.result()).toEqual({ n: 1, at: new Date(5), three: 6, four: 7, end: true });
    expect(done).toEqual(['one 1', 'two', 'three', 'four', 'five']);
    expect(again.id).toBe(run.id);
    expect(sequences[0]).toBeGreaterThan(sequence);
    const kept = (await store.load(run.id))!;
    expect(kept.run).toEqual(again.status());
    expect(kept.run).toMatchObject({ state: 'completed', error: null, createdAt: run.status().createdAt });
    expect(kept.run.tasks.map((one) => one.attempt)).toEqual([1, 1, 2, 1, 1]);
  });

  it('goes on again and again', async () => {
    const store = open();
    const { chain, done, state } = fiveSteps();
    const run = chain.start({ n: 1 }, { store });
    await run.wait();
    for (let i = 0; i < 3; i++) expect((await (await resume(run.id)).wait()).state).toBe('failed');
    state.fails = false;
    expect((await (await resume(run.id, { of: chain, store })).wait()).state).toBe('completed');
    expect(done).toHaveLength(5);
  });

  it('that completed gives its result, and nothing is done', async () => {
    const store = open();
    const { chain, done, state } = fiveSteps();
    state.fails = false;
    const run = chain.start({ n: 1 }, { store });
    await run.wait();
    const again = await resume(run.id);
    expect(await again.result()).toMatchObject({ n: 1, end: true });
    expect(again.status().state).toBe('completed');
    expect(done).toHaveLength(5);
  });

  it('that was cancelled goes on too', async () => {
    const store = open();
    let calls = 0;
    const chain = pipeline('p')
      .step('stop', () => void run.cancel())
      .step('go', () => ({ calls: ++calls }));
    const run = chain.start({}, { store });
    expect((await run.wait()).state).toBe('cancelled');
    expect(await (await resume(run.id)).result()).toEqual({ calls: 1 });
  });

  it('of a flow takes over task runs by name, arguments and version, and goes on with flows inside', async () => {
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
    const again = await resume(run.id);
    expect(await again.result()).toBe(9);
    expect(calls).toEqual(['fetch 1', 'fetch 2', 'fetch 7']);
    expect(again.status().tasks.map((one) => one.childRun)).toEqual(
      before.tasks.map((one) => one.childRun).concat(null),
    );
  });

  it('does again what has another version, and what came after it', async () => {
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
    const again = await resume(run.id, { of: versions('v2') });
    expect((await again.wait()).state).toBe('completed');
    expect(calls).toEqual(['a v1', 'b', 'a v2', 'b']);
    expect(again.status().tasks.map(({ key, version }) => [key, version])).toEqual([
      ['a-0', 'v2'],
      ['b-0', 'v1'],
      ['c-0', null],
    ]);
  });

  it('whose results were not JSON is refused, before anything is done', async () => {
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

  it('is unknown under another id, and cannot be taken for another thing', async () => {
    const store = open();
    const { chain } = fiveSteps();
    const unknown = resume('00000000-0000-4000-8000-000000000000', { store, of: chain });
    await expect(unknown).rejects.toBeInstanceOf(NotFoundError);
    await expect(resume('../../etc/passwd', { store, of: chain })).rejects.toBeInstanceOf(ValidationError);
    const run = chain.start({ n: 1 }, { store });
    await expect(resume(run.id)).rejects.toThrow('which is in progress');
    await run.wait();
    await expect(resume(run.id, { of: pipeline('other') })).rejects.toThrow("pipeline 'five'");
  });
});

describe('resume says what it needs', () => {
  it('a store', async () => {
    const run = fiveSteps().chain.start({ n: 1 });
    await run.wait();
    await expect(resume(run.id)).rejects.toThrow('directoryStore(path)');
  });

  it('what the run is of, when this program did not begin it', async () => {
    const store = memoryStore();
    const { chain } = fiveSteps();
    const run = chain.start({ n: 1 }, { store });
    await run.wait();
    const point = (await store.load(run.id))!;
    point.run.requestId = '11111111-0000-4000-8000-000000000000';
    const elsewhere: RunStore = { append: () => undefined, load: async () => point };
    await expect(resume(point.run.requestId, { store: elsewhere })).rejects.toThrow("pass the pipeline 'five' as `of`");
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
  ])('because it %s changes nothing, and is mentioned once', async (_how, append) => {
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
    'in %s never forgets a run in progress, and what completed before what failed',
    async (_name, openStore) => {
      const store = openStore();
      const failed = await pipeline('p')
        .step('fail', () => {
          throw new Error('no');
        })
        .start({}, { store })
        .wait();
      let goOn = (): void => undefined;
      const gate = new Promise<void>((resolve) => (goOn = resolve));
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
      goOn();
      await run.wait();
      expect((await store.load(run.id))?.run.tasks).toHaveLength(30);
      const left = await Promise.all(run.status().tasks.map(async (one) => store.load(one.childRun!)));
      expect(left.filter(Boolean).length).toBeLessThan(12);
    },
  );
});

describe('a directory store', () => {
  const open = (options?: { maxRuns?: number }) => {
    const path = join(directory, `store-${count++}`);
    return { path, store: directoryStore(path, options) };
  };

  it('has a file for each run, for its owner only, and no other', async () => {
    const { path, store } = open();
    const run = fiveSteps().chain.start({ n: 1 }, { store });
    await run.wait();
    expect(await readdir(path)).toEqual([`${run.id}.jsonl`]);
    expect((await stat(join(path, `${run.id}.jsonl`))).mode & 0o777).toBe(0o600);
    const lines = (await readFile(join(path, `${run.id}.jsonl`), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).not.toContain('log');
  });

  it('has a step on the disk before the next one begins', async () => {
    const { path, store } = open();
    let seen = '';
    const chain = pipeline('p')
      .step('one', () => ({ mark: 'written' }))
      .step('two', async () => void (seen = await readFile(join(path, (await readdir(path))[0]!), 'utf8')));
    await chain.run({}, { store });
    expect(seen).toContain('"output":{"mark":"written"}');
  });

  it('goes on after a line that was cut off', async () => {
    const { path, store } = open();
    const { chain, state, done } = fiveSteps();
    const run = chain.start({ n: 1 }, { store });
    await run.wait();
    const file = join(path, `${run.id}.jsonl`);
    await appendFile(file, '{"run":"torn');
    state.fails = false;
    const other = directoryStore(path);
    expect((await (await resume(run.id, { of: chain, store: other })).wait()).state).toBe('completed');
    expect(done).toHaveLength(5);
    expect((await directoryStore(path).load(run.id))?.run.state).toBe('completed');
  });

  it('loses no step when the disk is full for a moment', async () => {
    const { path, store } = open();
    let file = '';
    const chain = pipeline('p')
      .step('one', () => ({ one: 1 }))
      .step('two', async () => {
        file = join(path, (await readdir(path))[0]!);
        await rename(file, `${file}.aside`);
        await symlink('/dev/full', file);
        return { two: 2 };
      })
      .step('three', async () => {
        await rename(`${file}.aside`, file);
        return { three: 3 };
      })
      .step('four', () => {
        throw new Error('stop here');
      });
    const run = chain.start({}, { store });
    expect((await run.wait()).state).toBe('failed');
    const { tasks } = (await directoryStore(path).load(run.id))!.run;
    expect(tasks.map(({ name, state }) => [name, state])).toEqual([
      ['one', 'completed'],
      ['two', 'completed'],
      ['three', 'completed'],
      ['four', 'failed'],
    ]);
  });

  it('loses nothing that comes while the end of a run is written', async () => {
    const { path, store } = open();
    const events: RunEvent[] = [];
    const observer = { append: (event: RunEvent) => void events.push(event), load: () => Promise.resolve(undefined) };
    const run = pipeline('p')
      .step('one', () => {
        throw new Error('stop here');
      })
      .start({}, { store: observer });
    await run.wait();
    const end = events.at(-1)!;
    expect(end.type).toBe('run-state');
    for (const event of events.slice(0, -1)) await store.append(event);
    const ended = store.append(end);
    // the write has begun, and is not done
    await Promise.resolve().then(() => undefined);
    const resumed = store.append({ ...end, type: 'run-resumed', sequence: end.sequence + 1 } as RunEvent);
    await Promise.all([ended, resumed]);
    expect((await readFile(join(path, `${run.id}.jsonl`), 'utf8')).trimEnd()).toMatch(/"type":"run-resumed".*$/);
  });

  it('knows nothing by a name that is no id, nor from a file that holds no run', async () => {
    const { path, store } = open();
    await pipeline('p').run({}, { store });
    await writeFile(join(path, 'secret.jsonl'), '{}\n');
    await writeFile(join(path, '00000000-0000-4000-8000-000000000000.jsonl'), '{"type":"log"}\n\n');
    expect(await store.load('secret')).toBeUndefined();
    expect(await store.load('../secret')).toBeUndefined();
    expect(await store.load('00000000-0000-4000-8000-000000000000')).toBeUndefined();
  });

  it('removes the oldest runs when there are too many, and no other file', async () => {
    const { path, store } = open({ maxRuns: 3 });
    await pipeline('p').run({}, { store });
    await writeFile(join(path, 'mine.jsonl'), '');
    for (let i = 0; i < 5; i++) await pipeline('p').run({}, { store });
    const names = await readdir(path);
    expect(names).toContain('mine.jsonl');
    expect(names).toHaveLength(4);
  });

  it('does not begin a file again that was removed', async () => {
    const { path, store } = open();
    const warnings: string[] = [];
    const ignore = (): void => undefined;
    const logger = { debug: ignore, info: ignore, error: ignore, warn: (line: string) => void warnings.push(line) };
    const chain = pipeline('p')
      .step('zero', () => undefined)
      .step('one', async () => rm(join(path, (await readdir(path))[0]!)))
      .step('two', () => undefined);
    await chain.run({}, { store, logger });
    expect(await readdir(path)).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('cannot be resumed later because storing it failed: ENOENT')]);
  });

  it('lets another program go on with what one left behind when it was killed', async () => {
    const { path } = open();
    const program = fileURLToPath(new URL('./killed-program.ts', import.meta.url));
    const launch = (...args: string[]) =>
      promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), program, path, ...args]);
    await expect(launch()).rejects.toMatchObject({ signal: 'SIGKILL' });
    const [name] = await readdir(path);
    const { stdout } = await launch(name!.replace('.jsonl', ''));
    expect(JSON.parse(stdout)).toEqual({ did: ['three'], result: { one: 1, two: 2, three: 3 } });
  });
});

it('a run that failed is the same error after it was resumed', async () => {
  const store = memoryStore();
  const { chain } = fiveSteps();
  const run = chain.start({ n: 1 }, { store });
  await run.wait();
  const error = await failureOf((await resume(run.id)).result());
  expect(error.message).toBe("Pipeline 'five' failed in step 'three': not today");
  expect(error.data).toEqual({ n: 1, at: new Date(5) });
});
