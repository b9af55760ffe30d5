import { join } from 'node:path';
import type { RunningServer } from '@millrace/server';
import { defineCommand, noArguments } from '../command.js';
import { loadServer } from '../session/load-server.js';
import { readList, readWhole } from '../options/option-values.js';
import type { Output } from '../output/output.js';
import { runUntilStopped } from '../session/run-until-stopped.js';
import { exposureWarning } from '../output/exposure-warning.js';
import { runnableLines } from '../output/runnable-modules.js';
import { readStoreOptions, readWorkOptions, storeOptions, workOptions } from '../options/server-options.js';

export const serveCommand = defineCommand({
  name: 'serve',
  summary: 'start a server on this machine',
  arguments: noArguments,
  details: [
    'The embedded database needs nothing else. The first start makes a key and writes it to credentials.json in the data',
    'directory, where the command line and the library on this machine find it. SIGINT and SIGTERM let what runs finish for a',
    'while and end with code 0; a second one ends at once.',
  ],
  options: {
    host: {
      type: 'string',
      value: 'ADDRESS',
      help: 'the address to listen on (default: 127.0.0.1, this machine only)',
    },
    port: { type: 'string', value: 'N', help: 'the port; 0 takes any free one (default: 8418)' },
    ...storeOptions,
    'no-worker': { type: 'boolean', help: 'answer requests only; runs wait for a worker elsewhere' },
    'public-url': {
      type: 'string',
      value: 'URL',
      help: 'where clients reach the server, when that is another address',
    },
    ...workOptions,
  },
  examples: [
    ['on http://127.0.0.1:8418, data in ~/.millrace', 'millrace serve'],
    ['somewhere else', 'millrace serve --port 9000 --data ./data'],
    [
      'on PostgreSQL, with workers on other machines',
      'DATABASE_URL=postgres://db/millrace millrace serve --no-worker --data /shared/millrace',
    ],
    [
      'for a network, behind a proxy that speaks HTTPS',
      'millrace serve --host 0.0.0.0 --public-url https://millrace.example',
    ],
  ],
  async run({ values, output, signal }) {
    const port = readWhole('port', values.port, { max: 65_535 });
    const options = {
      ...readStoreOptions(values),
      ...readWorkOptions(values),
      ...(values.host !== undefined && { host: values.host }),
      ...(port !== undefined && { port }),
      ...(values['public-url'] !== undefined && { publicUrl: values['public-url'] }),
      ...(values['no-worker'] && { worker: false }),
    };
    const { startServer } = await loadServer('serve');
    return runUntilStopped(signal, {
      start: (onFailure) => startServer({ ...options, onFailure }),
      ready: (server) =>
        announce(server, output, { host: options.host, worker: !values['no-worker'], modules: options.modules }),
      stopping: () => output.note('Stopping: what runs may finish. A second signal stops at once.'),
    });
  },
});

/** The first line is a promise: programs that start a server wait for it, and read the address from it. */
async function announce(
  server: RunningServer,
  output: Output,
  given: { host: string | undefined; worker: boolean; modules: readonly string[] | undefined },
): Promise<void> {
  const { url, dataDir, apiKey, isNewKey, backend } = server;
  const worker = given.worker && /^(true|1|)$/.test(process.env['MILLRACE_WORKER'] ?? '');
  const modules = given.modules ?? readList('modules', process.env['MILLRACE_MODULES'] || undefined);
  const warning = exposureWarning(given.host ?? process.env['MILLRACE_HOST'], url);
  output.line(`Millrace is listening on ${url}`);
  if (warning !== undefined) output.warn(warning);
  output.line(`Data     ${backend === 'pglite' ? `${dataDir}, embedded database` : `PostgreSQL, files in ${dataDir}`}`);
  output.line(`Key      ${join(dataDir, 'credentials.json')}, where programs of this machine find it by themselves;`);
  output.line(`         elsewhere, set MILLRACE_API_URL and MILLRACE_API_KEY`);
  if (isNewKey) output.line(`New key  ${apiKey} (this is shown once)`);
  const lines = await runnableLines(server, { worker, modules });
  output.line(`Modules  ${lines.modules}`);
  if (lines.models !== undefined) output.line(`Models   ${lines.models}`);
}
