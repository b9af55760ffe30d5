import { afterAll, beforeAll, expect, it } from 'vitest';
import { pauseModules, resumeModules } from '../support/module-processes.js';
import { HostedClient } from '../support/clients/hosted-client.js';
import { V1Client } from '../support/clients/v1-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ concurrency: 1, secondAccount: true });
});
afterAll(() => server.close());

const states = async (of: string) =>
  (await server.v1.runs(`?of=${of}&limit=1000`)).body.items.map(({ state, taskCounts }) => ({
    isDone: state === 'completed',
    hasBegun: taskCounts.running + taskCounts.completed > 0,
  }));

it('a single file does not wait for the many of another pipeline, of which one finishes after the other', async () => {
  const chain = ['parser', 'json-to-txt'];
  await server.client.complete('warm', chain, 'Warm up.');
  // nothing is done until all are queued
  const modules = await pauseModules();
  const many = [];
  for (let i = 0; i < 20; i++) many.push(await server.client.add('many', chain, `Part ${i}. And no more.`));
  const single = await server.client.add('single', chain, 'Alone. At last.');
  resumeModules(modules);
  await server.client.settle(single);
  const atItsEnd = await states('many');
  expect(atItsEnd.filter(({ isDone }) => isDone).length).toBeLessThan(10);
  // depth first: the few short steps that one message takes have begun and are not done; breadth first, all would have
  expect(atItsEnd.filter(({ isDone, hasBegun }) => hasBegun && !isDone).length).toBeLessThan(10);
  for (const file of many) await server.client.settle(file);
});

it('a single file does not wait for those of another account, in however many pipelines these are', async () => {
  const chain = ['parser', 'json-to-txt'];
  await server.client.complete('warm', chain, 'Warm up.');
  const modules = await pauseModules();
  const many = [];
  for (let i = 0; i < 20; i++) many.push(await server.client.add(`pipeline-${i}`, chain, `Part ${i}. And no more.`));
  const other = new HostedClient(server.url, server.otherKey);
  const single = await other.add('single', chain, 'Alone. At last.');
  // so that the times say what came first
  const { clock } = server;
  const read = clock.now.bind(clock);
  clock.now = () => {
    clock.advance(0.001);
    return read();
  };
  resumeModules(modules);
  for (const file of many) await server.client.settle(file);
  await other.settle(single);
  const end = (await new V1Client(server.url, server.otherKey).run(single.processId)).body.finishedAt!;
  const runs = (await server.v1.runs('?limit=1000')).body.items.filter(({ of }) => of.startsWith('pipeline-'));
  expect(runs).toHaveLength(20);
  expect(runs.filter(({ finishedAt }) => finishedAt! <= end).length).toBeLessThan(10);
});
