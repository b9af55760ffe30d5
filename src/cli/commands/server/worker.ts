import { hostname } from 'node:os';
import { defineCommand, UsageError } from '../../command.js';
import { serverOptions } from '../../options/global-options.js';
import { readStoreOptions, readWorkOptions, storeOptions, workOptions } from '../../options/server-options.js';
import { loadServer } from '../../session/load-server.js';
import { runUntilStopped } from '../../session/run-until-stopped.js';
import { serveFile, serveFileOptions } from '../runs/serve-file.js';

const { 'api-url': apiUrl, 'retry-for': retryFor } = serverOptions;
const options = {
  ...serveFileOptions,
  'api-url': { ...apiUrl, help: `with FILE: ${apiUrl.help}` },
  'retry-for': { ...retryFor, help: `with FILE: ${retryFor.help}` },
  ...storeOptions,
  ...workOptions,
  concurrency: {
    ...workOptions.concurrency,
    help: 'the number of concurrent steps (default: one per processor), or with FILE of runs (default: 1)',
  },
} as const;

/** The options for a worker that executes a file's functions. */
const withFile = ['name', 'grace', 'api-url', 'retry-for', 'concurrency'] as const;
const onlyWithFile = ['name', 'grace', 'api-url', 'retry-for'] as const;

export const workerCommand = defineCommand({
  name: 'worker',
  summary: "execute a file's tasks, pipelines and flows, or run modules for a server on PostgreSQL",
  arguments: { usage: '[FILE]', min: 0, max: 1 },
  details: [
    'With FILE, a TypeScript or JavaScript file, takes runs of the tasks, pipelines and flows that it exports, as `millrace start` starts',
    'them. After SIGINT or SIGTERM, takes no more runs, lets those in progress finish, and gives the rest back to the server.',
    "Without FILE, runs modules. It then needs the server's database and data directory (a network directory if the worker is on another",
    'machine). The embedded database supports only a single server, which runs its own steps.',
  ],
  options,
  examples: [
    ['what a file exports, four runs at once', 'millrace worker ./flows.ts --concurrency 4'],
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
    const { values, output, positionals } = call;
    const [file] = positionals;
    const given = (Object.keys(values) as (keyof typeof values)[]).filter((name) => values[name] !== undefined);
    if (file !== undefined) {
      const other = given.find((name) => name in options && !withFile.some((known) => known === name));
      if (other) throw new UsageError(`--${other} can only be used without a FILE, to run modules.`);
      return serveFile(call, file);
    }
    const other = onlyWithFile.find((name) => values[name] !== undefined);
    if (other) throw new UsageError(`--${other} can only be used with a FILE.`);
    const work = { ...readStoreOptions(call), ...readWorkOptions(values) };
    const { startWorker } = await loadServer('worker');
    return runUntilStopped(call, {
      start: (onFailure) => startWorker({ ...work, onFailure }),
      onReady: () => output.line(`Millrace is working on ${hostname()}, process ${process.pid}`),
    });
  },
});
