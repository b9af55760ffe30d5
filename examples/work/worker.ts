/** Claims runs from the server until SIGTERM. `millrace worker examples/work/flows.ts` does the same. */
import { Client } from 'millrace';
import { digest } from './flows.js';

const client = new Client();
const worker = await client.worker({ name: 'etl', serves: [digest], concurrency: 2 });
console.log('waiting for runs');
process.once('SIGTERM', () => {
  // claims no more runs, waits for those in progress, and returns unfinished ones to the server
  void worker.close().then(() => client.close());
});
