import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Client } from 'millrace';
import { startLocalServer, type LocalServer } from '../../support/local-server.js';
import { startProgram } from '../../support/start-program.js';

let server: LocalServer;
let client: Client;
beforeAll(async () => {
  // far beyond the time for which a busy machine can keep a program from sending heartbeats
  server = await startLocalServer({ worker: false, workerOfflineSeconds: 4, workerCrashSeconds: 8, sweepSeconds: 0.2 });
  client = server.connect({ logLevel: 'off' });
});
afterAll(() => server.close());

const start = (code: string, options?: Parameters<typeof startProgram>[2]) => startProgram(server, code, options);

describe('a reporting program', () => {
  test('leaves a crashed run and an offline worker when it is killed', async () => {
    const { child, output } = start(`
      const client = new Client();
      const stuck = pipeline('stuck').step('wait', () => new Promise((resolve) => setTimeout(resolve, 600_000)));
      const worker = await client.worker({ name: 'killed', version: '1', pipelines: [stuck] });
      const run = stuck.start({}, { report: worker });
      await client.flush();
      console.log(run.id);`);
    await expect.poll(output).toMatch(/\n/);
    const id = output().trim();
    expect((await client.runs.get(id)).state).toBe('running');
    child.kill('SIGKILL');
    const record = await client.runs.wait(id, { waitTimeout: 60_000 });
    expect(record).toMatchObject({ state: 'crashed', error: { code: 'worker_lost' }, tasks: [{ state: 'crashed' }] });
    const [worker] = (await client.workers.list()).filter(({ name }) => name === 'killed');
    expect(worker).toMatchObject({ status: 'offline', runs: { crashed: 1 } });
  });

  const endless = `
      const client = new Client();
      const wait = task('wait', () => new Promise((resolve) => setTimeout(resolve, 600_000)));
      const outer = flow('outer', () => wait());
      const run = outer.with({ report: client, grace: 100 }).start();
      await client.flush();
      console.log(run.id);`;

  test('cancels its run on SIGTERM', async () => {
    const { child, output } = start(endless);
    await expect.poll(output).toMatch(/\n/);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
    const record = await client.runs.get(output().trim());
    const message = 'the program was ended by SIGTERM';
    expect(record).toMatchObject({ state: 'cancelled', error: { code: 'cancelled', message } });
    expect(record.tasks).toMatchObject([{ state: 'cancelled' }]);
  });

  test.each([
    ['a failing top-level await', `await null; throw new Error('no space left');`],
    ['an uncaught exception', `setTimeout(() => { throw new Error('no space left'); });`],
  ])('reports a crashed run after %s, and prints the error as Node does', async (_, code) => {
    const { child, output } = start(`${endless}\n${code}`, { stderr: 'pipe' });
    let printed = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(printed).toMatch(/new Error\('no space left'\).*\n +\^\n\nError: no space left\n +at /);
    const record = await client.runs.get(output().trim());
    const error = { code: 'program_ended', message: 'the program ended with an uncaught error: no space left' };
    expect(record).toMatchObject({ state: 'crashed', error, tasks: [{ state: 'crashed', error }] });
  });

  test('does not cancel its run on SIGTERM if it listens for the signal itself', async () => {
    const { child, output } = start(`
      const client = new Client();
      let finish;
      process.once('SIGTERM', () => finish('done'));
      const wait = task('wait', () => new Promise((resolve) => (finish = resolve)));
      const run = wait.with({ report: client }).start();
      await client.flush();
      console.log(run.id);
      const alive = setInterval(() => undefined, 1000);
      await run.wait();
      clearInterval(alive);`);
    await expect.poll(output).toMatch(/\n/);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await client.runs.get(output().trim())).toMatchObject({ state: 'completed', result: 'done' });
  });

  test('exits as soon as its run is reported, without close()', async () => {
    const { child, output } = start(`
      const client = new Client();
      const quick = pipeline('quick').step('a', () => ({ a: 1 }));
      const worker = await client.worker({ name: 'quick', version: '1', pipelines: [quick] });
      console.log(quick.start({}, { report: worker }).id);`);
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(await client.runs.get(output().trim())).toMatchObject({ state: 'completed', result: { a: 1 } });
  });

  test('exits when its server never responds, although requests are in flight', async () => {
    const events: string[] = [];
    const silent = createServer(({ socket }) => void socket.once('close', () => events.push('given up')));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const { child, output } = start(
      `const quick = pipeline('quick').step('a', () => ({ a: 1 }));
      console.log(JSON.stringify(await quick.run({}, { report: new Client() })));
      process.once('beforeExit', () => console.log('nothing else to do'));`,
      { url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` },
    );
    child.stdout?.on('data', (text: string) => events.push(...text.trim().split('\n')));
    const [code] = (await once(child, 'close')) as [number | null];
    // a slow program may give up a first attempt and exit during the second
    await expect.poll(() => events.at(-1)).toBe('given up');
    expect(events.filter((event) => event !== 'given up')).toEqual(['{"a":1}', 'nothing else to do']);
    expect([code, output()]).toEqual([0, '{"a":1}\nnothing else to do\n']);
  });

  test('resumes the failed run of an earlier program at the step that failed', async () => {
    const five = (third: string) => `
      const client = new Client({ logLevel: 'off' });
      const say = (name) => () => { console.log(name); return { [name]: true }; };
      const five = pipeline('five').step('a', say('a')).step('b', say('b')).step('c', ${third})
        .step('d', say('d')).step('e', say('e'));`;
    const first = start(`${five(`() => { throw new Error('not yet'); }`)}
      const run = five.start({}, { store: client.store });
      console.log((await run.wait()).state, run.id);`);
    await once(first.child, 'exit');
    const [a, b, failed = ''] = first.output().trim().split('\n');
    expect([a, b, failed.split(' ')[0]]).toEqual(['a', 'b', 'failed']);
    const id = failed.split(' ')[1] ?? '';
    const second = start(`${five(`say('c')`)}
      const run = await resume('${id}', { of: five, store: client.store });
      console.log(JSON.stringify(await run.result()));`);
    await once(second.child, 'exit');
    expect(second.output().trim().split('\n')).toEqual([
      'c',
      'd',
      'e',
      '{"a":true,"b":true,"c":true,"d":true,"e":true}',
    ]);
    expect(await client.runs.get(id)).toMatchObject({ state: 'completed', error: null });
  });

  test('does not mix its runs and logs with those of a concurrent program', async () => {
    const code = (name: string) => `
      const client = new Client();
      const many = task('many-${name}', async (n) => { for (let i = 0; i < 20; i++) log('${name} ' + n + ' ' + i); return n; });
      for (let n = 0; n < 20; n++) many.with({ report: client }).start(n);`;
    const programs = ['one', 'two'].map((name) => start(code(name)));
    await Promise.all(programs.map(({ child }) => once(child, 'exit')));
    for (const name of ['one', 'two']) {
      const page = await client.runs.list({ of: `many-${name}` });
      const items = await Promise.all(page.items.map(({ requestId }) => client.runs.get(requestId)));
      expect(items.map(({ state, result }) => [state, result]).sort((x, y) => Number(x[1]) - Number(y[1]))).toEqual(
        Array.from({ length: 20 }, (_, n) => ['completed', n]),
      );
      const [run] = items;
      const lines = (await client.runs.logs(run?.requestId ?? '')).items.map(({ message }) => message);
      const linesOfProgram = lines.filter((line) => line.startsWith(name));
      expect(linesOfProgram).toEqual(
        Array.from({ length: 20 }, (_, i) => `${name} ${JSON.stringify(run?.result)} ${i}`),
      );
    }
  });
});
