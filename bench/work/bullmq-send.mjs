/** `bullmq-send.mjs <port of Redis>`: adds single jobs, or many jobs in one call. */
import { Queue, QueueEvents } from 'bullmq';
import { measureStarts } from './measure-starts.mjs';

const connection = { host: '127.0.0.1', port: Number(process.argv[2]), maxRetriesPerRequest: null };
const queue = new Queue('work', { connection });
const events = new QueueEvents('work', { connection });
// each pending job adds listeners, so remove the limit on listeners
for (const emitter of [queue, events]) emitter.setMaxListeners(0);
await events.waitUntilReady();

await measureStarts({
  burst: async (count) => {
    const jobs = await queue.addBulk(Array.from({ length: count }, () => ({ name: 'nothing', data: null })));
    await Promise.all(jobs.map((job) => job.waitUntilFinished(events)));
  },
  single: async () => (await queue.add('begin', null)).waitUntilFinished(events),
});
await events.close();
await queue.close();
