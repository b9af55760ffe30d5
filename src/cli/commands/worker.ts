import { hostname } from 'node:os';
import { defineCommand, noArguments } from '../command.js';
import { loadServer } from '../session/load-server.js';
import { runUntilStopped } from '../session/run-until-stopped.js';
import { readStoreOptions, readWorkOptions, storeOptions, workOptions } from '../options/server-options.js';

export const workerCommand = defineCommand({
  name: 'worker',
  summary: 'run the steps of a server that is on PostgreSQL, on this machine too',
  arguments: noArguments,
  details: [
    "A worker shares the servers' database, and their files in the data directory: a network directory where it is another",
    'machine. The embedded database belongs to one server alone, which runs its own steps.',
  ],
  options: { ...storeOptions, ...workOptions },
  examples: [
    [
      'four steps at once',
      'DATABASE_URL=postgres://db/millrace millrace worker --data /shared/millrace --concurrency 4',
    ],
    [
      'only what this machine is good at',
      'DATABASE_URL=postgres://db/millrace millrace worker --data /shared/millrace --modules ocr,transcribe',
    ],
  ],
  async run({ values, output, signal }) {
    const options = { ...readStoreOptions(values), ...readWorkOptions(values) };
    const { startWorker } = await loadServer('worker');
    return runUntilStopped(signal, {
      start: (onFailure) => startWorker({ ...options, onFailure }),
      ready: () => output.line(`Millrace is working on ${hostname()}, process ${process.pid}`),
      stopping: () => output.note('Stopping: what runs may finish. A second signal stops at once.'),
    });
  },
});
