/** Starts runs of every kind and outcome, and prints their states and the timers and listeners that are left. */
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentSignal, flow, pipeline, progress, task } from '../../src/index.js';

const controller = new AbortController();
const broken = task(
  'broken',
  () => {
    throw new Error('nobody looks');
  },
  { retries: 2, retryDelay: 1, timeout: 60_000 },
);
const slow = task('slow', () => sleep(60_000, undefined, { signal: currentSignal() }), { timeout: 5 });
const busy = task('busy', async () => {
  for (let i = 0; i < 5; i++) progress(i, 10);
  await sleep(1);
});
const runs = [
  broken.with({ signal: controller.signal }).start(),
  pipeline('p')
    .step('s', () => broken().then(() => undefined))
    .start({}, { signal: controller.signal }),
  flow('careless', () => {
    void broken();
    void busy();
  }).start(),
  slow.start(),
  flow('waiting', () => sleep(60_000, undefined, { signal: currentSignal() })).start(),
  busy.with({ signal: controller.signal }).start(),
];
setTimeout(() => void runs[4]?.cancel(), 5);
const states = await Promise.all(runs.map(async (run) => (await run.wait()).state));
const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
console.log(JSON.stringify({ states, timers, listeners: getEventListeners(controller.signal, 'abort').length }));
