import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Client, currentSignal, flow, log, pipeline, progress, RunFailedError, task, type Startable } from 'millrace';
import { startLocalServer, type LocalServer } from '../../support/local-server.js';

let server: LocalServer;
let client: Client;
beforeAll(async () => {
  server = await startLocalServer({ worker: false });
  client = server.connect({ logLevel: 'off' });
});
afterAll(() => server.close());

/** Starts a worker with its own client, as if in a separate program. */
async function startWorker(serves: readonly Startable[], options: { concurrency?: number; grace?: number } = {}) {
  const program = server.connect({ logLevel: 'off' });
  const worker = await program.worker({ name: 'etl', serves, ...options });
  onTestFinished(async () => {
    await worker.close();
    await program.close();
  });
  return worker;
}

/** Creates a promise that resolves when the test calls `open`. */
function createGate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('a started run', () => {
  test('is executed by a worker, with its result and log', async () => {
    const add = task('add', (a: number, b: number) => {
      progress(1, 2);
      log(`adding ${a} and ${b}`);
      return a + b;
    });
    await startWorker([add]);
    const run = await client.start(add, [1, 2]);
    const sum: number = await run.result();
    expect(sum).toBe(3);
    expect(await run.status()).toMatchObject({ state: 'completed', kind: 'task', attempt: 1, input: [1, 2] });
    const { items } = await client.runs.logs(run.id);
    expect(items.map(({ message }) => message)).toContain('adding 1 and 2');
  });

  test('can be started by name, with a type argument', async () => {
    const shout = pipeline<{ text: string }>('shout').step('upper', ({ text }) => ({ loud: text.toUpperCase() }));
    await startWorker([shout]);
    const run = await client.start<typeof shout>('shout', [{ text: 'hola' }]);
    const { loud, text } = await run.result();
    expect([loud, text]).toEqual(['HOLA', 'hola']);
  });

  test('fails with the error of its task', async () => {
    const fails = flow('fails', () => task('inner', () => Promise.reject(new Error('no space left')))());
    await startWorker([fails]);
    const run = await client.start(fails, []);
    const error: unknown = await run.result().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RunFailedError);
    expect((error as Error).message).toContain('no space left');
    expect(await run.status()).toMatchObject({ state: 'failed', error: { task: 'inner' } });
  });

  test('yields its state changes, from pending to completed', async () => {
    const slow = task('slow', () => 1);
    const run = await client.start(slow, []);
    expect(await run.status()).toMatchObject({ state: 'pending', waitsFor: "no worker serves 'slow'" });
    const states: string[] = [];
    const reading = (async () => {
      for await (const { state } of run) states.push(state);
    })();
    await startWorker([slow]);
    await reading;
    expect(states[0]).toBe('pending');
    expect(states.at(-1)).toBe('completed');
  });

  test.each([
    [undefined, [], {}, 'Expected a task, flow or pipeline, or its name'],
    ['x', 'text', {}, 'Expected an array of arguments'],
    ['x', [], { priority: 10 }, 'priority'],
    ['x', [], { delay: -1 }, 'delay'],
  ])('is rejected for %o, %o, %o', async (of, args, options, message) => {
    const start = client.start.bind(client) as (...params: unknown[]) => Promise<unknown>;
    await expect(start(of, args, options)).rejects.toThrow(message);
  });
});

describe('a worker', () => {
  test('aborts the signal of a cancelled run', async () => {
    const begun = createGate();
    const endless = task('endless', () => {
      const signal = currentSignal();
      begun.open();
      return new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
      });
    });
    await startWorker([endless]);
    const run = await client.start(endless, []);
    await begun.opened;
    await run.cancel();
    expect(await run.wait()).toMatchObject({ state: 'cancelled' });
  });

  test('releases its run on close to another worker, which does not repeat completed tasks', async () => {
    const calls: string[] = [];
    const begun = createGate();
    const load = task('load', () => {
      calls.push('load');
      return ['a', 'b'];
    });
    const save = task('save', async (rows: string[], wait: boolean) => {
      calls.push('save');
      begun.open();
      if (wait) await new Promise((_, reject) => currentSignal().addEventListener('abort', reject, { once: true }));
      return rows.length;
    });
    let isFirst = true;
    const digest = flow('digest', async () => {
      const wait = isFirst;
      isFirst = false;
      return save(await load(), wait);
    });
    const first = await startWorker([digest], { grace: 0 });
    const run = await client.start(digest, []);
    await begun.opened;
    await first.close();
    expect(await run.status()).toMatchObject({ state: 'pending' });
    await startWorker([digest]);
    expect(await run.result()).toBe(2);
    expect(calls).toEqual(['load', 'save', 'save']);
    expect(await run.status()).toMatchObject({ state: 'completed', attempt: 2 });
  });

  test('reports concurrent completions in few requests, before the next task starts', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): number => warnings.push(warning);
    process.on('warning', listen);
    onTestFinished(() => void process.off('warning', listen));
    let requests = 0;
    const ignore = (): void => undefined;
    const debug = (message: string): number => (requests += Number(message.startsWith('POST /v1/events')));
    const program = server.connect({ logLevel: 'debug', logger: { debug, info: ignore, warn: ignore, error: ignore } });
    onTestFinished(() => program.close());
    const started = createGate();
    let id = '';
    const together = createGate();
    const load = task('load', async (n: number) => {
      if (n === 59) together.open();
      await together.opened;
      return n;
    });
    const count = task('count', async () => {
      const { tasks } = await client.runs.get(id);
      return tasks.filter(({ name, state }) => name === 'load' && state === 'completed').length;
    });
    const many = flow('many-loads', async () => {
      await started.opened;
      const before = requests;
      await Promise.all(Array.from({ length: 60 }, (_, n) => load(n)));
      return [await count(), requests - before];
    });
    const worker = await program.worker({ name: 'etl', serves: [many] });
    const run = await client.start(many, []);
    ({ id } = run);
    started.open();
    const [completed, sent] = (await run.result()) as [number, number];
    expect(completed).toBe(60);
    expect(sent).toBeLessThan(20);
    expect(warnings).toEqual([]);
    await worker.close();
  });

  test('does not deadlock with a concurrency of 1 on a run that waits for another run', async () => {
    const child = task('child', (n: number) => n * 2);
    const parent = flow('parent', async (n: number) => (await client.start(child, [n])).result());
    await startWorker([parent, child], { concurrency: 1 });
    const run = await client.start(parent, [21]);
    expect(await run.result()).toBe(42);
  });

  test('executes as many runs at once as its concurrency allows', async () => {
    let [running, maximum] = [0, 0];
    const together = createGate();
    const busy = task('busy', async () => {
      running++;
      maximum = Math.max(maximum, running);
      if (running === 3) together.open();
      await together.opened;
      running--;
    });
    await startWorker([busy], { concurrency: 3 });
    const runs = await Promise.all(Array.from({ length: 5 }, () => client.start(busy, [])));
    for (const run of runs) await run.wait();
    expect(maximum).toBe(3);
  });

  test('fails a task or flow whose result is larger than the server stores', async () => {
    const large = task('large', () => 'x'.repeat(2 ** 20));
    const inner = flow('large-task', async () => (await large()).length);
    const outer = flow('large-result', () => Array.from({ length: 2 }, () => 'x'.repeat(2 ** 19)));
    await startWorker([inner, outer]);
    const [first, second] = [await client.start(inner, []), await client.start(outer, [])];
    const message =
      /^Expected 'large' to return at most 1048576 characters of JSON, got 1048578\. Return something smaller/;
    expect(await first.wait()).toMatchObject({
      state: 'failed',
      error: { code: 'invalid_result', task: 'large', message: expect.stringMatching(message) as string },
    });
    expect(await second.wait()).toMatchObject({
      state: 'failed',
      error: { message: expect.stringMatching(/^Expected 'large-result' to return at most/) as string },
    });
  });

  test('fails a run whose input cannot be used', async () => {
    const strict = flow('strict', (text: string) => text.length);
    await startWorker([strict]);
    const run = await client.start('strict', [new Map([['a', 1]])]);
    expect(await run.wait()).toMatchObject({ state: 'failed', error: { code: 'invalid_input' } });
  });
});
