/**
 * `bullmq-send.mjs <port of Redis>`: processes a folder of files for each line of input, and prints the duration in milliseconds.
 * Adds all jobs at once, which is faster than adding 8 at a time. The workers process 8 jobs concurrently.
 */
import { join } from 'node:path';
import { Queue, QueueEvents } from 'bullmq';
import { processFolders } from './process-folders.mjs';

const connection = { host: '127.0.0.1', port: Number(process.argv[2]), maxRetriesPerRequest: null };
const queue = new Queue('files', { connection });
const events = new QueueEvents('files', { connection });
// each pending job adds listeners, so remove the limit on listeners
for (const emitter of [queue, events]) emitter.setMaxListeners(0);
await events.waitUntilReady();

await processFolders(async (files, output) => {
  const data = files.map(({ name, input }) => ({ input, output: join(output, `${name}.db`) }));
  const jobs = await queue.addBulk(data.map((job) => ({ name: 'file', data: job })));
  await Promise.all(jobs.map((job) => job.waitUntilFinished(events)));
});
await events.close();
await queue.close();
