/** Registers a worker, so that its runs appear on the server. The runs also work while the server is down. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, pipeline } from 'millrace';

const mill = pipeline<{ grain: number }>('mill')
  .step('clean', ({ grain }) => ({ clean: grain * 0.95 }), 'v1.0')
  .step('grind', ({ clean }) => ({ flour: clean * 0.8 }), 'v1.0');

const directory = await mkdtemp(join(tmpdir(), 'millrace-example-'));
const client = new Client();
const worker = await client.worker({
  name: 'miller',
  version: 'v1.0',
  pipelines: [mill],
  idFile: join(directory, 'worker.json'),
});

const run = mill.start({ grain: 100 }, { report: worker });
console.log(await run.result());
await worker.close();

const { state, kind, tasks } = await client.runs.get(run.id);
console.log(`${kind} ${state}: ${tasks.map((task) => `${task.name} ${task.state}`).join(', ')}`);
await client.close();
await rm(directory, { recursive: true });
