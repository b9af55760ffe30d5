/** Resumes a failed run without repeating its completed steps. Its store is a directory, so any program can resume it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryStore, pipeline, resume } from 'millrace';

const directory = await mkdtemp(join(tmpdir(), 'millrace-example-'));
const store = directoryStore(directory);
let isOpen = false;

const order = pipeline<{ sacks: number }>('order')
  .step('pay', (d) => {
    console.log('paying');
    return { paid: d.sacks * 20 };
  })
  .step('fetch', () => {
    if (!isOpen) throw new Error('the mill is closed');
    return { fetched: true };
  });

const run = order.start({ sacks: 3 }, { store });
console.log((await run.wait()).error?.message);

isOpen = true;
const again = await resume(run.id, { of: order, store });
console.log(await again.result());
await rm(directory, { recursive: true });
