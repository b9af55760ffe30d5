/**
 * `hand-service.mjs <port> <port of Redis> <directory> <key>`: a service that indexes files without Millrace. It stores each upload, queues
 * a job for it, and sends the output as soon as the job has ended.
 */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Job, Queue, QueueEvents } from 'bullmq';
import fastify from 'fastify';

const [port, redisPort, directory, key] = process.argv.slice(2);
const expected = Buffer.from(`Bearer ${key}`);
const connection = { host: '127.0.0.1', port: Number(redisPort), maxRetriesPerRequest: null };
const queue = new Queue('hand', { connection, defaultJobOptions: { removeOnComplete: { age: 3600 } } });
const events = new QueueEvents('hand', { connection });
// each pending job adds listeners, so remove the limit on listeners
for (const emitter of [queue, events]) emitter.setMaxListeners(0);
await events.waitUntilReady();

const app = fastify({ bodyLimit: 64 * 2 ** 20 });
app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.addHook('onRequest', async (request, reply) => {
  const received = Buffer.from(request.headers.authorization ?? '');
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) await reply.code(401).send();
});

app.post('/files', async (request) => {
  const id = randomUUID();
  const input = join(directory, 'inputs', id);
  await writeFile(input, request.body);
  const job = { id, name: request.query.name, input, output: outputPath(id) };
  await queue.add('file', job, { jobId: id });
  return { id };
});

app.get('/files/:id/output', async (request, reply) => {
  const { id } = request.params;
  const job = await Job.fromId(queue, id);
  if (!job) return reply.code(404).send();
  await job.waitUntilFinished(events);
  return reply.type('application/octet-stream').send(createReadStream(outputPath(id)));
});

await app.listen({ port: Number(port), host: '127.0.0.1' });
console.log('"ready"');
process.once(
  'SIGTERM',
  () => void Promise.all([app.close(), events.close(), queue.close()]).then(() => process.exit()),
);

/** Returns the path of an output. The id must belong to a job, so that a request cannot choose the path. */
function outputPath(id) {
  return join(directory, 'outputs', `${id}.db`);
}
