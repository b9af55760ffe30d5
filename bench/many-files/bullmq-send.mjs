/**
 * `bullmq-send.mjs <port of Redis>`: processes the files of a folder for each line, and prints the milliseconds. Adds all jobs at
 * once, which is faster than waiting for 8 at a time: the worker has 8 in flight.
 */
import { join } from 'node:path';
import { Queue, QueueEvents } from 'bullmq';
import { answerFolders } from './answer-folders.mjs';

const connection = { host: '127.0.0.1', port: Number(process.argv[2]), maxRetriesPerRequest: null };
const queue = new Queue('files', { connection });
const events = new QueueEvents('files', { connection });
// each pending job adds listeners
for (const emitter of [queue, events]) emitter.setMaxListeners(0);
await events.waitUntilReady();

await answerFolders(async (files, output) => {
  const data = files.map(({ name, input }) => ({ input, output: join(output, `${name}.db`) }));
  const jobs = await queue.addBulk(data.map((job) => ({ name: 'file', data: job })));
  await Promise.all(jobs.map((job) => job.waitUntilFinished(events)));
});
await events.close();
await queue.close();
