/** `bullmq-worker.mjs <port of Redis>`: runs jobs until SIGTERM. */
import { Worker } from 'bullmq';
import { now } from './measure-starts.mjs';

const connection = { host: '127.0.0.1', port: Number(process.argv[2]), maxRetriesPerRequest: null };
const worker = new Worker('work', (job) => (job.name === 'begin' ? now() : null), { connection, concurrency: 32 });
worker.on('error', (error) => console.error(error));
await worker.waitUntilReady();
console.log('"ready"');
process.once('SIGTERM', () => void worker.close().then(() => process.exit()));
