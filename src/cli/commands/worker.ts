import { hostname } from 'node:os';
import { defineCommand, noArguments } from '../command.js';
import { readStoreOptions, readWorkOptions, storeOptions, workOptions } from '../options/server-options.js';
import { loadServer } from '../session/load-server.js';
import { runUntilStopped } from '../session/run-until-stopped.js';

export const workerCommand = defineCommand({
  name: 'worker',
  summary: 'run steps for a server on PostgreSQL, on this or another machine',
  arguments: noArguments,
  details: [
    "A worker needs the server's database and data directory (a network directory if the worker is on another machine).",
    'The embedded database supports only a single server, which runs its own steps.',
  ],
  options: { ...storeOptions, ...workOptions },
  examples: [
    [
      'four steps at once',
      'DATABASE_URL=postgres://db/millrace millrace worker --data /shared/millrace --concurrency 4',
    ],
    [
      'only some modules',
      'DATABASE_URL=postgres://db/millrace millrace worker --data /shared/millrace --modules ocr,transcribe',
    ],
  ],
  async run(call) {
    const { values, output } = call;
    const options = { ...readStoreOptions(call), ...readWorkOptions(values) };
    const { startWorker } = await loadServer('worker');
    return runUntilStopped(call, {
      start: (onFailure) => startWorker({ ...options, onFailure }),
      ready: () => output.line(`Millrace is working on ${hostname()}, process ${process.pid}`),
    });
  },
});
