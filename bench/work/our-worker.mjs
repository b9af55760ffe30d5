/** `our-worker.mjs <url> <key>`: serves until SIGTERM. */
import { Client, flow, task } from 'millrace';
import { now } from './answer-questions.mjs';

const [apiUrl, apiKey] = process.argv.slice(2);
const client = new Client({ apiUrl, apiKey });
const first = task('first', () => now());
const serves = [flow('nothing', () => undefined), flow('begin', () => first())];
await client.worker({ name: `bench ${process.pid}`, serves, concurrency: 32 });
console.log('"ready"');
