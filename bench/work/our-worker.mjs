/** `our-worker.mjs <url> <key>`: runs a worker until SIGTERM. */
import { Client, flow, task } from 'millrace';
import { now } from './measure-starts.mjs';

const [apiUrl, apiKey] = process.argv.slice(2);
const client = new Client({ apiUrl, apiKey });
const readTime = task('read-time', () => now());
const serves = [flow('nothing', () => undefined), flow('begin', () => readTime())];
await client.worker({ name: `bench ${process.pid}`, serves, concurrency: 32 });
console.log('"ready"');
