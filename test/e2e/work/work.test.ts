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

/** A worker in a program of its own, as far as the server can tell. */
async function work(serves: readonly Startable[], options: { concurrency?: number; grace?: number } = {}) {
  const program = server.connect({ logLevel: 'off' });
  const worker = await program.worker({ name: 'etl', serves, ...options });
  onTestFinished(async () => {
    await worker.close();
    await program.close();
  });
  return worker;
}

/** A promise that the test settles. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('a started run', () => {
  test('is executed by a worker, with progress, log and result', async () => {
    const add = task('add', (a: number, b: number) => {
      progress(1, 2);
      log(`adding ${a} and ${b}`);
      return a + b;
    });
    await work([add]);
    const run = await client.start(add, [1, 2]);
    const sum: number = await run.result();
    expect(sum).toBe(3);
    expect(await run.status()).toMatchObject({ state: 'completed', kind: 'task', attempt: 1, input: [1, 2] });
    const { items } = await client.runs.logs(run.id);
    expect(items.map(({ message }) => message)).toContain('adding 1 and 2');
  });

  test('is started by its name, with a type argument', async () => {
    const shout = pipeline<{ text: string }>('shout').step('upper', ({ text }) => ({ loud: text.toUpperCase() }));
    await work([shout]);
    const run = await client.start<typeof shout>('shout', [{ text: 'hola' }]);
    const { loud, text } = await run.result();
    expect([loud, text]).toEqual(['HOLA', 'hola']);
  });

  test('fails with the error of its task', async () => {
    const fails = flow('fails', () => task('inner', () => Promise.reject(new Error('no space left')))());
    await work([fails]);
    const run = await client.start(fails, []);
    const error: unknown = await run.result().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RunFailedError);
    expect((error as Error).message).toContain('no space left');
    expect(await run.status()).toMatchObject({ state: 'failed', error: { task: 'inner' } });
  });

  test('shows its changes, from waiting to its end', async () => {
    const slow = task('slow', () => 1);
    const run = await client.start(slow, []);
    expect(await run.status()).toMatchObject({ state: 'pending', waitsFor: "no worker serves 'slow'" });
    const states: string[] = [];
    const reading = (async () => {
      for await (const { state } of run) states.push(state);
    })();
    await work([slow]);
    await reading;
    expect(states[0]).toBe('pending');
    expect(states.at(-1)).toBe('completed');
  });

  test.each([
    [undefined, [], {}, 'Expected a task, flow or pipeline, or its name'],
    ['x', 'text', {}, 'Expected an array of arguments'],
    ['x', [], { priority: 10 }, 'priority'],
    ['x', [], { delay: -1 }, 'delay'],
  ])('is refused for %o, %o, %o', async (of, args, options, message) => {
    const start = client.start.bind(client) as (...given: unknown[]) => Promise<unknown>;
    await expect(start(of, args, options)).rejects.toThrow(message);
  });
});

describe('a worker', () => {
  test('stops the work of a run that is cancelled', async () => {
    const begun = gate();
    const endless = task('endless', () => {
      const signal = currentSignal();
      begun.open();
      return new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
      });
    });
    await work([endless]);
    const run = await client.start(endless, []);
    await begun.opened;
    await run.cancel();
    expect(await run.wait()).toMatchObject({ state: 'cancelled' });
  });

  test('that closes gives its run to another one, which does not repeat completed tasks', async () => {
    const calls: string[] = [];
    const begun = gate();
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
    const first = await work([digest], { grace: 0 });
    const run = await client.start(digest, []);
    await begun.opened;
    await first.close();
    expect(await run.status()).toMatchObject({ state: 'pending' });
    await work([digest]);
    expect(await run.result()).toBe(2);
    expect(calls).toEqual(['load', 'save', 'save']);
    expect(await run.status()).toMatchObject({ state: 'completed', attempt: 2 });
  });

  test('sends what concurrent tasks have completed together, and before the next step begins', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): number => warnings.push(warning);
    process.on('warning', listen);
    onTestFinished(() => void process.off('warning', listen));
    let requests = 0;
    const ignore = (): void => undefined;
    const debug = (message: string): number => (requests += Number(message.startsWith('POST /v1/events')));
    const program = server.connect({ logLevel: 'debug', logger: { debug, info: ignore, warn: ignore, error: ignore } });
    onTestFinished(() => program.close());
    const started = gate();
    let id = '';
    const together = gate();
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

  test('with one place executes a run that waits for another one', async () => {
    const child = task('child', (n: number) => n * 2);
    const parent = flow('parent', async (n: number) => (await client.start(child, [n])).result());
    await work([parent, child], { concurrency: 1 });
    const run = await client.start(parent, [21]);
    expect(await run.result()).toBe(42);
  });

  test('executes as many runs at once as it has places', async () => {
    let [running, most] = [0, 0];
    const together = gate();
    const busy = task('busy', async () => {
      running++;
      most = Math.max(most, running);
      if (running === 3) together.open();
      await together.opened;
      running--;
    });
    await work([busy], { concurrency: 3 });
    const runs = await Promise.all(Array.from({ length: 5 }, () => client.start(busy, [])));
    for (const run of runs) await run.wait();
    expect(most).toBe(3);
  });

  test('fails a task, or a flow, that returns more than the server keeps', async () => {
    const large = task('large', () => 'x'.repeat(2 ** 20));
    const inner = flow('large-task', async () => (await large()).length);
    const outer = flow('large-result', () => Array.from({ length: 2 }, () => 'x'.repeat(2 ** 19)));
    await work([inner, outer]);
    const [first, second] = [await client.start(inner, []), await client.start(outer, [])];
    const message = /^Expected 'large' to return at most 1048576 characters as JSON, got 1048578\. Return less/;
    expect(await first.wait()).toMatchObject({
      state: 'failed',
      error: { code: 'invalid_result', task: 'large', message: expect.stringMatching(message) as string },
    });
    expect(await second.wait()).toMatchObject({
      state: 'failed',
      error: { message: expect.stringMatching(/^Expected 'large-result' to return at most/) as string },
    });
  });

  test('fails a run whose input it cannot use', async () => {
    const strict = flow('strict', (text: string) => text.length);
    await work([strict]);
    const run = await client.start('strict', [new Map([['a', 1]])]);
    expect(await run.wait()).toMatchObject({ state: 'failed', error: { code: 'invalid_input' } });
  });
});
