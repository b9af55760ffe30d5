/** Kills itself during the third step. Resumes the run if it is started with the run's ID. */
import { directoryStore, pipeline, resume } from '../../src/index.js';

const [path = '', id] = process.argv.slice(2);
const did: string[] = [];
const chain = pipeline('killed')
  .step('one', () => (did.push('one'), { one: 1 }))
  .step('two', () => (did.push('two'), { two: 2 }))
  .step('three', () => {
    if (id === undefined) process.kill(process.pid, 'SIGKILL');
    did.push('three');
    return { three: 3 };
  });
const store = directoryStore(path);
const run = id === undefined ? chain.start({}, { store }) : await resume(id, { of: chain, store });
console.log(JSON.stringify({ result: await run.result(), did }));
