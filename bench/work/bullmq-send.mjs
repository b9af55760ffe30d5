/** `bullmq-send.mjs <port of Redis>`: adds jobs, in one call if they are many. */
import { Queue, QueueEvents } from 'bullmq';
import { answerQuestions } from './answer-questions.mjs';

const connection = { host: '127.0.0.1', port: Number(process.argv[2]), maxRetriesPerRequest: null };
const queue = new Queue('work', { connection });
const events = new QueueEvents('work', { connection });
// each pending job adds listeners
for (const emitter of [queue, events]) emitter.setMaxListeners(0);
await events.waitUntilReady();

await answerQuestions({
  burst: async (count) => {
    const jobs = await queue.addBulk(Array.from({ length: count }, () => ({ name: 'nothing', data: null })));
    await Promise.all(jobs.map((job) => job.waitUntilFinished(events)));
  },
  single: async () => (await queue.add('begin', null)).waitUntilFinished(events),
});
await events.close();
await queue.close();
