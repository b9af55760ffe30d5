import { setTimeout as sleep } from 'node:timers/promises';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@millrace/server';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Client, flow, isStartable, log, NotFoundError, pipeline, progress, resume, task } from 'millrace';
import { startLocalServer, type LocalServer } from '../../support/local-server.js';

let server: LocalServer;
let client: Client;
beforeAll(async () => {
  server = await startLocalServer({ worker: false, workerCrashSeconds: 60 });
  client = server.connect({ logLevel: 'off' });
});
afterAll(() => server.close());

const clean = pipeline<{ raw: string }>('clean')
  .step('trim', (d) => ({ text: d.raw.trim() }), 'v1.0')
  .step('upper', (d) => {
    log(`shouting ${d.text}`);
    return { text: d.text.toUpperCase() };
  });

describe('a reported run', () => {
  test('has the same record on the server as in its program', async () => {
    const run = clean.start({ raw: ' hola ' }, { report: client });
    const local = await run.wait();
    await client.flush();
    const remote = await client.runs.wait(run.id);
    expect(remote).toEqual(local);
    expect(remote).toMatchObject({ state: 'completed', result: { raw: ' hola ', text: 'HOLA' }, kind: 'pipeline' });
  });

  test('has its log lines on the server, in order', async () => {
    const run = clean.start({ raw: 'a' }, { report: client });
    await run.wait();
    await client.flush();
    const { items, done } = await client.runs.logs(run.id);
    expect(done).toBe(true);
    expect(items.map(({ line }) => line)).toEqual(items.map((_, index) => index + 1));
    expect(items).toContainEqual(expect.objectContaining({ message: 'shouting a', task: 'upper-0', level: 'info' }));
  });

  test('has the same error on the server', async () => {
    const bad = pipeline('bad')
      .step('one', () => ({ a: 1 }))
      .step('two', () => {
        throw new Error('no such luck');
      });
    const run = bad.start({}, { report: client });
    const local = await run.wait();
    await client.flush();
    expect(await client.runs.wait(run.id)).toEqual(local);
    expect(local.state).toBe('failed');
    expect(local.error?.message).toContain('no such luck');
  });

  test('has a child run for each subflow', async () => {
    const add = task('add', (a: number, b: number) => a + b);
    const inner = flow('inner', async (n: number) => add(n, 1));
    const outer = flow('outer', async (n: number) => (await inner(n)) + (await add(n, 2)));
    const run = outer.with({ report: client }).start(1);
    const local = await run.wait();
    await client.flush();
    const remote = await client.runs.wait(run.id);
    expect(remote).toEqual(local);
    const child = remote.tasks.find(({ childRun }) => childRun !== null)?.childRun ?? '';
    expect(await client.runs.wait(child)).toMatchObject({ kind: 'flow', of: 'inner', parent: run.id, result: 2 });
  });

  test('can be watched while it is running', async () => {
    let proceed = (): void => undefined;
    const gate = new Promise<void>((resolve) => (proceed = resolve));
    const slow = task('slow', async () => {
      progress(1, 4, 'a quarter');
      await gate;
      return 'done';
    });
    const run = slow.with({ report: client }).start();
    await client.flush();
    const states: unknown[] = [];
    for await (const status of client.runs.watch(run.id)) {
      states.push(status.state);
      if (status.tasks[0]?.progress?.message === 'a quarter') proceed();
    }
    expect(states.at(-1)).toBe('completed');
  });

  test('stops when it is cancelled through the server', async () => {
    const endless = task('endless', async () => {
      for (;;) {
        await sleep(20);
        log('still here');
      }
    });
    const run = endless.with({ report: client, grace: 100 }).start();
    await client.flush();
    await client.runs.cancel(run.id);
    const { state, error } = await run.wait();
    expect([state, error?.message]).toEqual(['cancelled', 'cancelled on the server']);
    expect((await client.runs.wait(run.id)).state).toBe('cancelled');
  });

  test('continues unreported after it is deleted on the server', async () => {
    let proceed = (): void => undefined;
    const gate = new Promise<void>((resolve) => (proceed = resolve));
    const quiet = pipeline('quiet')
      .step('wait', () => gate)
      .step('end', () => ({ ok: true }));
    const run = quiet.start({}, { report: client });
    await client.flush();
    await client.runs.delete(run.id);
    proceed();
    expect(await run.result()).toEqual({ ok: true });
    await client.flush();
    await expect(client.runs.get(run.id)).rejects.toThrow(NotFoundError);
  });

  test('keeps ten thousand log lines in order', async () => {
    const talkative = task('talkative', () => {
      for (let n = 0; n < 10_000; n++) log(`line ${n}`);
    });
    const run = talkative.with({ report: client }).start();
    await run.wait();
    expect(await client.flush({ waitTimeout: 60_000 })).toBe(true);
    const lines: string[] = [];
    for (let after = 0; ;) {
      const page = await client.runs.logs(run.id, { after, limit: 5000 });
      lines.push(...page.items.map(({ message }) => message).filter((message) => message.startsWith('line ')));
      after = page.last;
      if (page.done) break;
    }
    expect(lines).toEqual(Array.from({ length: 10_000 }, (_, n) => `line ${n}`));
  });

  test('is not mixed up with concurrent runs of the same or another client', async () => {
    const other = server.connect({ logLevel: 'off' });
    const runs = Array.from({ length: 50 }, (_, n) =>
      clean.start({ raw: ` run ${n} ` }, { report: n % 2 === 0 ? client : other }),
    );
    const local = await Promise.all(runs.map((run) => run.wait()));
    await Promise.all([client.flush(), other.flush()]);
    expect(await Promise.all(runs.map((run) => client.runs.get(run.id)))).toEqual(local);
  });
});

describe('a worker', () => {
  test('is listed once with its runs, however often it registers', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-worker-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const idFile = join(directory, 'worker.json');
    const options = { name: 'cleaner', version: 'v1.0', pipelines: [clean], idFile };
    const worker = await client.worker(options);
    const run = clean.start({ raw: 'x' }, { report: worker });
    expect((await run.wait()).worker).toBe(worker.id);
    await worker.close();
    expect((await client.runs.list({ worker: worker.id ?? '' })).items).toMatchObject([{ requestId: run.id }]);
    const again = await client.worker(options);
    const elsewhere = await client.worker({ ...options, idFile: undefined });
    expect([again.id, elsewhere.id]).toEqual([worker.id, worker.id]);
    const newer = await client.worker({ ...options, version: 'v2.0' });
    expect(newer.id).not.toBe(worker.id);
    expect(JSON.parse(await readFile(idFile, 'utf8'))).toMatchObject({ id: newer.id });
    expect(await readdir(directory)).toEqual(['worker.json']);
    const workers = await client.workers.list();
    expect(workers.find(({ id }) => id === worker.id)).toMatchObject({
      name: 'cleaner',
      status: 'online',
      runs: { open: 0, completed: 1 },
      pipelines: [
        {
          name: 'clean',
          steps: [
            { name: 'trim', version: 'v1.0' },
            { name: 'upper', version: null },
          ],
        },
      ],
    });
    await Promise.all([again, elsewhere, newer].map((one) => one.close()));
  });

  test.for([
    [{ name: '' }, /`name`/],
    [{ version: 1 }, /`version`/],
    [{ pipelines: [1] }, /`pipelines`/],
    [{ nmae: 'x' }, /nmae/],
  ] as const)('is rejected with %o', async ([option, message]) => {
    await expect(client.worker({ name: 'w', version: '1', ...option } as never)).rejects.toThrow(message);
  });

  test('is rejected if two of its definitions cannot be told apart, or if it serves a run', async () => {
    const name = 'the-same';
    const [one, first, second] = [
      task(name, () => 1),
      ...['1', '2'].map((version) => task(name, () => 1, { version })),
    ];
    const serve = (...serves: unknown[]) => client.worker({ name: 'w', serves } as never);
    await expect(
      serve(
        one,
        flow(name, () => 2),
      ),
    ).rejects.toThrow("got task 'the-same' (version none) and flow 'the-same' (version none). Rename one of them");
    await expect(serve(first, second, second!.with({ retries: 1 }))).rejects.toThrow("got task 'the-same' (version 2)");
    await (await serve(one, one, first, second)).close();
    const run = one.start();
    expect(isStartable(run)).toBe(false);
    await expect(serve(run)).rejects.toThrow('tasks, pipelines and flows');
  });
});

test('another client resumes a run at the step that failed', async () => {
  const done: string[] = [];
  let fails = true;
  const note = (name: string) => () => {
    done.push(name);
    return { [name]: done.length };
  };
  const five = pipeline('five')
    .step('a', note('a'))
    .step('b', note('b'))
    .step('c', () => {
      if (fails) throw new Error('not yet');
      return note('c')();
    })
    .step('d', note('d'))
    .step('e', note('e'));
  const first = five.start({ x: 0 }, { store: client.store });
  expect((await first.wait()).state).toBe('failed');
  await client.flush();
  fails = false;
  // another client, without local state of the first run
  const other = server.connect({ logLevel: 'off' });
  const second = await resume(first.id, { of: five, store: other.store, report: other });
  expect(await second.result()).toEqual({ x: 0, a: 1, b: 2, c: 3, d: 4, e: 5 });
  expect(done).toEqual(['a', 'b', 'c', 'd', 'e']);
  await other.flush();
  const record = await other.runs.get(first.id);
  expect(record).toMatchObject({ state: 'completed', error: null, progress: { percent: 100 } });
  expect(record.tasks.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'completed'));
  await expect(resume(first.id, { of: five, store: server.connect().store })).resolves.toBeDefined();
});

test('a flow resumed by another client reuses the stored result of each task call', async () => {
  const done: string[] = [];
  let fails = true;
  const load = task('load', async (n: number, { wait }: { wait: number }) => {
    done.push(`load ${n}`);
    await sleep(wait);
    return { n, at: new Date(n), text: `${n}\0` };
  });
  const show = task('show', ({ n, at, text }: { n: number; at: Date; text: string }) => {
    done.push(`show ${n}`);
    return [n, at, text] as const;
  });
  const rows = flow('rows', async (count: number) => {
    const numbers = Array.from({ length: count }, (_, n) => n);
    const found = await Promise.all(numbers.map(async (n) => show(await load(n, { wait: 10 * (count - n) }))));
    if (fails) throw new Error('not yet');
    return found;
  });
  const first = rows.with({ store: client.store }).start(3);
  await first.wait();
  await client.flush();
  fails = false;
  done.length = 0;
  const other = server.connect({ logLevel: 'off' });
  const expected = [0, 1, 2].map((n) => [n, new Date(n), `${n}\0`]);
  expect(await (await resume(first.id, { of: rows, store: other.store })).result()).toEqual(expected);
  expect(done).toEqual([]);
  await other.flush();
  // the record shows the result as JSON, and the store keeps the original values
  expect((await client.runs.get(first.id)).result).toContainEqual([1, '1970-01-01T00:00:00.001Z', '1\ufffd']);
  expect(await (await resume(first.id, { of: rows, store: server.connect().store })).result()).toEqual(expected);
});

test('a resumed run that has not ended cannot be resumed again', async () => {
  let proceed = (): void => undefined;
  const gate = new Promise<void>((resolve) => (proceed = resolve));
  let fails = true;
  const once = pipeline('once').step('a', async () => {
    if (fails) throw new Error('not yet');
    await gate;
  });
  const first = once.start({}, { store: client.store });
  await first.wait();
  fails = false;
  const run = await resume(first.id, { of: once, store: client.store });
  await client.flush();
  await expect(server.connect({ logLevel: 'off' }).store.load(first.id)).rejects.toThrow(/it has not ended yet/);
  proceed();
  await run.result();
  expect(await client.store.load('6f1c1b0e-0f6b-4d4e-9a52-1f4f8a3c0001')).toBeUndefined();
});

test('events of a server outage arrive after the restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-away-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const options = {
    dataDir: directory,
    port: await freePort(),
    worker: false,
    logLevel: 'off',
    graceSeconds: 0.1,
  } as const;
  let restartable = await startServer(options);
  onTestFinished(() => restartable.close());
  const reporter = new Client({ apiUrl: restartable.url, apiKey: restartable.apiKey, logLevel: 'off' });
  const gates = [0, 1, 2].map(() => {
    let open = (): void => undefined;
    return { passed: new Promise<void>((resolve) => (open = resolve)), open: () => open() };
  });
  const long = pipeline('long')
    .step('a', () => gates[0]?.passed)
    .step('b', () => gates[1]?.passed)
    .step('c', () => gates[2]?.passed);
  const run = long.start({}, { report: reporter });
  expect(await reporter.flush()).toBe(true);
  await restartable.close();
  gates[0]?.open();
  gates[1]?.open();
  await expect.poll(() => run.status().tasks.map(({ state }) => state)).toEqual(['completed', 'completed', 'running']);
  expect(await reporter.flush({ waitTimeout: 200 })).toBe(false);
  restartable = await startServer(options);
  gates[2]?.open();
  const local = await run.wait();
  expect(local.state).toBe('completed');
  await expect.poll(() => reporter.flush()).toBe(true);
  expect(await reporter.runs.get(run.id)).toEqual(local);
  await reporter.close();
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
