import { once } from 'node:events';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { flow, task, type Client } from 'millrace';
import { TestClock } from '../../../server/test/support/test-clock.js';
import { startLocalServer, type LocalServer } from '../../support/local-server.js';
import { startProgram } from '../../support/start-program.js';

const clock = new TestClock(new Date().toISOString());
let server: LocalServer;
let client: Client;
beforeAll(async () => {
  server = await startLocalServer({ worker: false, sweepSeconds: 0.05, clock });
  client = server.connect({ logLevel: 'off' });
});
afterAll(() => server.close());

test('a worker that was paused beyond its lease aborts the lost run, changes nothing, and keeps serving', async () => {
  const paused = startProgram(
    server,
    `
    const client = new Client();
    const load = task('load', () => { console.log('load'); return 20; });
    const save = task('save', (rows) => { console.log('save'); return rows; });
    const digest = flow('digest', async () => {
      const rows = await load();
      console.log('waiting');
      await new Promise((resolve) => currentSignal().addEventListener('abort', resolve, { once: true }));
      console.log('stopped', currentSignal().reason.message);
      return save(rows);
    });
    const echo = task('echo', (text) => text);
    await client.worker({ name: 'paused', serves: [digest, echo], concurrency: 2 });`,
  );
  const run = await client.start('digest', []);
  await expect.poll(paused.output).toContain('waiting');
  const taskStates = async () => (await run.status()).tasks.map(({ state }) => state);
  // until its first events arrive, the claimed run is still pending
  await expect.poll(taskStates).toEqual(['completed']);
  paused.child.kill('SIGSTOP');
  const stateAfterAdvance = async () => {
    clock.advance(2);
    return (await run.status()).state;
  };
  await expect.poll(stateAfterAdvance).toBe('pending');

  let loads = 0;
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const load = task('load', () => ++loads);
  const save = task('save', async (rows: number) => {
    await finished;
    return rows * 2;
  });
  const digest = flow('digest', async () => save(await load()));
  const second = await server.connect({ logLevel: 'off' }).worker({ name: 'second', serves: [digest] });
  onTestFinished(() => second.close());
  await expect.poll(taskStates).toEqual(['completed', 'running']);

  paused.child.kill('SIGCONT');
  await expect.poll(paused.output).toContain('stopped another worker has taken the run over');
  // it still serves: the run that it lost takes up none of its concurrency
  expect(await (await client.start('echo', ['still here'])).result()).toBe('still here');
  expect(await run.status()).toMatchObject({ state: 'running', worker: second.id, attempt: 2 });
  finish();
  expect(await run.result()).toBe(40);
  expect([loads, paused.output()]).toEqual([0, expect.not.stringContaining('save')]);
  const { items } = await client.runs.logs(run.id);
  expect(items.filter(({ message }) => message.includes('was lost'))).toHaveLength(1);
});

test('a worker releases its run to another worker at once on SIGTERM', async () => {
  const ended = startProgram(
    server,
    `
    const client = new Client();
    const wait = flow('wait', () => { console.log('waiting'); return new Promise((done) => setTimeout(done, 600_000)); });
    const nightly = flow('nightly', () => wait());
    await client.worker({ name: 'ended', serves: [nightly], grace: 0 });`,
  );
  const run = await client.start('nightly', []);
  await expect.poll(ended.output).toContain('waiting');
  ended.child.kill('SIGTERM');
  expect(await once(ended.child, 'exit')).toEqual([null, 'SIGTERM']);
  expect(await run.status()).toMatchObject({ state: 'pending', attempt: 1 });
  const wait = task('wait', () => 'done');
  const next = await server
    .connect({ logLevel: 'off' })
    .worker({ name: 'next', serves: [flow('nightly', () => wait())] });
  onTestFinished(() => next.close());
  expect(await run.result()).toBe('done');
});
