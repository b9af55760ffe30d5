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

const readProgress = async (of: string) =>
  (await server.v1.runs(`?of=${of}&limit=1000`)).body.items.map(({ state, taskCounts }) => ({
    isDone: state === 'completed',
    hasBegun: taskCounts.running + taskCounts.completed > 0,
  }));

it('a single file does not wait for the many files of another pipeline, which finish one by one', async () => {
  const chain = ['parser', 'json-to-txt'];
  await server.client.complete('warm', chain, 'Warm up.');
  // no step runs until all files are queued
  const modules = await pauseModules();
  const many = [];
  for (let i = 0; i < 20; i++) many.push(await server.client.add('many', chain, `Part ${i}. And no more.`));
  const single = await server.client.add('single', chain, 'Alone. At last.');
  resumeModules(modules);
  await server.client.settle(single);
  const progressAtEnd = await readProgress('many');
  expect(progressAtEnd.filter(({ isDone }) => isDone).length).toBeLessThan(10);
  // depth first: few files have begun without being done, namely those whose steps share a message; breadth first, all would have
  expect(progressAtEnd.filter(({ isDone, hasBegun }) => hasBegun && !isDone).length).toBeLessThan(10);
  for (const file of many) await server.client.settle(file);
});

it('a single file does not wait for the files of another account, however many pipelines these are in', async () => {
  const chain = ['parser', 'json-to-txt'];
  await server.client.complete('warm', chain, 'Warm up.');
  const modules = await pauseModules();
  const many = [];
  for (let i = 0; i < 20; i++) many.push(await server.client.add(`pipeline-${i}`, chain, `Part ${i}. And no more.`));
  const otherClient = new HostedClient(server.url, server.otherKey);
  const single = await otherClient.add('single', chain, 'Alone. At last.');
  // advance the clock at each reading, so that the times show the order of events
  const { clock } = server;
  const read = clock.now.bind(clock);
  clock.now = () => {
    clock.advance(0.001);
    return read();
  };
  resumeModules(modules);
  for (const file of many) await server.client.settle(file);
  await otherClient.settle(single);
  const end = (await new V1Client(server.url, server.otherKey).run(single.processId)).body.finishedAt!;
  const runs = (await server.v1.runs('?limit=1000')).body.items.filter(({ of }) => of.startsWith('pipeline-'));
  expect(runs).toHaveLength(20);
  expect(runs.filter(({ finishedAt }) => finishedAt! <= end).length).toBeLessThan(10);
});
