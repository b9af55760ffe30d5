/** Takes runs from the server until it is stopped. `millrace worker examples/work/flows.ts` does the same. */
import { Client } from 'millrace';
import { digest } from './flows.js';

const client = new Client();
const worker = await client.worker({ name: 'etl', serves: [digest], concurrency: 2 });
console.log('waiting for runs');
process.once('SIGTERM', () => {
  // lets what runs finish, and gives the rest back
  void worker.close().then(() => client.close());
});
