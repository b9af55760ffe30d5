/** Starts a run that a worker executes in another program, and then reruns it from its last step. */
import { Client } from 'millrace';
import { digest } from './flows.js';

const client = new Client();
const run = await client.start(digest, [['The mill stands still.', 'The miller sleeps.']]);
console.log(await run.result());

const next = await client.runs.rerun(run.id, { from: 'count-1' });
const { state, result, rerunOf, tasks } = await client.runs.wait(next.requestId);
console.log(state, result, rerunOf === run.id);
// the tasks before the last step were not repeated
const { tasks: first } = await run.status();
console.log(
  tasks.map(({ key, startedAt }, i) => `${key}: ${startedAt === first[i]?.startedAt ? 'kept' : 'done again'}`),
);
await client.close();
