/** `bullmq-worker.mjs <port of Redis> <concurrency> [processor]`: runs jobs until SIGTERM. */
import { Worker, type Job } from 'bullmq';
import { indexFile, type FileJob } from './index-file.js';

const [port, concurrency, processor] = process.argv.slice(2);
const worker = new Worker('files', processor ?? ((job: Job<FileJob>) => indexFile(job.data)), {
  connection: { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null },
  concurrency: Number(concurrency),
});
worker.on('error', (error) => console.error(error));
await worker.waitUntilReady();
console.log('"ready"');
process.once('SIGTERM', () => void worker.close().then(() => process.exit()));
