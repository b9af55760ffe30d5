/** Uses an async step. The next step starts when its promise resolves. A long step reports its progress. */
import { setTimeout as sleep } from 'node:timers/promises';
import { currentSignal, pipeline, progress } from 'millrace';

const slow = pipeline('slow')
  .step(
    'wait',
    async () => {
      for (let i = 1; i <= 3; i++) {
        await sleep(20, undefined, { signal: currentSignal() });
        progress(i, 3);
      }
      return { waited: 60 };
    },
    'v1.0',
    { timeout: 60_000, retries: 2 },
  )
  .step('report', (d) => ({ report: `waited ${d.waited} ms` }));

const run = slow.start({});
console.log(run.status().state);
console.log((await run.result()).report);
console.log(`${run.status().progress.percent}%`);
