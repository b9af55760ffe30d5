import { hostname } from 'node:os';
import { defineCommand, UsageError } from '../../command.js';
import { serverOptions } from '../../options/global-options.js';
import { readStoreOptions, readModuleOptions, storeOptions, moduleOptions } from '../../options/server-options.js';
import { loadServer } from '../../session/load-server.js';
import { runUntilStopped } from '../../session/run-until-stopped.js';
import { fileWorkerOptions, runFileWorker } from '../runs/file-worker.js';

const { 'api-url': apiUrl, 'retry-for': retryFor } = serverOptions;
const options = {
  ...fileWorkerOptions,
  'api-url': { ...apiUrl, help: `with FILE: ${apiUrl.help}` },
  'retry-for': { ...retryFor, help: `with FILE: ${retryFor.help}` },
  ...storeOptions,
  ...moduleOptions,
  concurrency: {
    ...moduleOptions.concurrency,
    help: 'the number of concurrent steps (default: one per processor); with FILE: the number of concurrent runs (default: 1)',
  },
} as const;

/** The names of the {@link options} that are valid with FILE. */
const fileOptions = ['name', 'grace', 'api-url', 'retry-for', 'concurrency'] as const;
/** The names of the {@link options} that are valid only with FILE. */
const fileOnlyOptions = ['name', 'grace', 'api-url', 'retry-for'] as const;

export const workerCommand = defineCommand({
  name: 'worker',
  summary: "execute a file's tasks, pipelines and flows, or run modules for a server on PostgreSQL",
  arguments: { usage: '[FILE]', min: 0, max: 1 },
  details: [
    'With FILE, a TypeScript or JavaScript file, executes runs of the tasks, pipelines and flows that the file exports, such as those',
    'that `millrace start` starts. After SIGINT or SIGTERM, claims no more runs, lets runs in progress finish within --grace, and',
    'returns the others to the server.',
    "Without FILE, runs modules. The worker then needs the server's database and data directory (a network directory if the worker is on",
    'another machine). The embedded database supports only a single server, which runs its own steps.',
  ],
  options,
  examples: [
    ['execute what a file exports, four runs at once', 'millrace worker ./flows.ts --concurrency 4'],
    [
      'run modules, four steps at once',
      'DATABASE_URL=postgres://db/millrace millrace worker --data /shared/millrace --concurrency 4',
    ],
    [
      'run only some modules',
      'DATABASE_URL=postgres://db/millrace millrace worker --data /shared/millrace --modules ocr,transcribe',
    ],
  ],
  async run(call) {
    const { values, output, positionals } = call;
    const [file] = positionals;
    const usedOptions = (Object.keys(values) as (keyof typeof values)[]).filter((name) => values[name] !== undefined);
    if (file !== undefined) {
      const invalidOption = usedOptions.find(
        (name) => name in options && !fileOptions.some((option) => option === name),
      );
      if (invalidOption) throw new UsageError(`--${invalidOption} can only be used without a FILE, to run modules.`);
      return runFileWorker(call, file);
    }
    const invalidOption = fileOnlyOptions.find((name) => values[name] !== undefined);
    if (invalidOption) throw new UsageError(`--${invalidOption} can only be used with a FILE.`);
    const workerOptions = { ...readStoreOptions(call), ...readModuleOptions(values) };
    const { startWorker } = await loadServer('worker');
    return runUntilStopped(call, {
      start: (onFailure) => startWorker({ ...workerOptions, onFailure }),
      onReady: () => output.line(`Millrace is working on ${hostname()}, process ${process.pid}`),
    });
  },
});
