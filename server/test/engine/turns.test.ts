import { afterAll, beforeAll, expect, it } from 'vitest';
import { pauseModules, resumeModules } from '../support/module-processes.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ concurrency: 1 });
});
afterAll(() => server.close());

const states = async (of: string) =>
  (await server.v1.runs(`?of=${of}&limit=1000`)).body.items.map(({ state, tasks }) => ({
    isDone: state === 'completed',
    hasBegun: tasks.some(({ state }) => state !== 'pending'),
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
  // depth first: at most one has begun and is not done, besides one that began in the meantime
  expect(atItsEnd.filter(({ isDone, hasBegun }) => hasBegun && !isDone).length).toBeLessThanOrEqual(2);
  for (const file of many) await server.client.settle(file);
});
