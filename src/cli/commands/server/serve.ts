import { readFileSync } from 'node:fs';
import { defineCommand, noArguments, UsageError, type Call } from '../../command.js';
import { readInteger } from '../../options/option-values.js';
import { readStoreOptions, readModuleOptions, storeOptions, moduleOptions } from '../../options/server-options.js';
import { announceServer } from '../../output/server-announcement.js';
import { loadServer } from '../../session/load-server.js';
import { runUntilStopped } from '../../session/run-until-stopped.js';

export const serveCommand = defineCommand({
  name: 'serve',
  summary: 'start a server on this machine',
  arguments: noArguments,
  details: [
    'The embedded database needs no other software. The first start creates a key and writes it to credentials.json in the data',
    'directory, where the command line and the library on this machine find it. After SIGINT or SIGTERM, running steps have a',
    'short time to finish, and the exit code is 0. A second signal stops the server at once.',
  ],
  options: {
    host: {
      type: 'string',
      placeholder: 'ADDRESS',
      help: 'the address to listen on (default: 127.0.0.1, this machine only)',
    },
    port: { type: 'string', placeholder: 'N', help: 'the port, or 0 for any free port (default: 8418)' },
    ...storeOptions,
    'no-worker': { type: 'boolean', help: 'only handle requests; a separate worker must execute the steps' },
    'public-url': {
      type: 'string',
      placeholder: 'URL',
      help: 'the URL that clients use, if it differs from the address that the server listens on',
    },
    'max-file-bytes': { type: 'string', placeholder: 'BYTES', help: 'the maximum size of an upload (default: 5 GiB)' },
    'keep-input': {
      type: 'boolean',
      help: "keep each file's input until the file expires, so that runs can be rerun (default: MILLRACE_KEEP_INPUT, then no)",
    },
    ...moduleOptions,
  },
  examples: [
    ['on http://127.0.0.1:8418, data in ~/.millrace', 'millrace serve'],
    ['with a different port and data directory', 'millrace serve --port 9000 --data ./data'],
    [
      'on PostgreSQL, with workers on other machines',
      'DATABASE_URL=postgres://db/millrace millrace serve --no-worker --data /shared/millrace',
    ],
    ['for a network, behind an HTTPS proxy', 'millrace serve --host 0.0.0.0 --public-url https://millrace.example'],
  ],
  async run(call) {
    const { values, output } = call;
    const port = readInteger('port', values.port, { max: 65_535 });
    const maxFileBytes = readInteger('max-file-bytes', values['max-file-bytes'], { min: 1 });
    const firstKey = readFirstKey(call);
    const options = {
      ...readStoreOptions(call),
      ...readModuleOptions(values),
      ...(values.host !== undefined && { host: values.host }),
      ...(port !== undefined && { port }),
      ...(maxFileBytes !== undefined && { maxFileBytes }),
      ...(values['public-url'] !== undefined && { publicUrl: values['public-url'] }),
      ...(values['no-worker'] && { worker: false }),
      ...(values['keep-input'] && { keepInput: true }),
    };
    const { startServer } = await loadServer('serve');
    return runUntilStopped(call, {
      start: (onFailure) => startServer({ ...options, ...(firstKey !== undefined && { firstKey }), onFailure }),
      onReady: (server) =>
        announceServer(server, output, {
          host: options.host,
          hasWorker: !values['no-worker'],
          modules: options.modules,
        }),
    });
  },
});

/** Reads the API key for a server's first start. Ignores a key in `./.env`, because somebody else may have written that file. */
function readFirstKey({
  terminal,
  dotEnvVariables,
  output,
}: Pick<Call, 'terminal' | 'dotEnvVariables' | 'output'>): string | undefined {
  const key = dotEnvVariables.has('MILLRACE_API_KEY') ? undefined : terminal.env['MILLRACE_API_KEY'] || undefined;
  const file = terminal.env['MILLRACE_API_KEY_FILE'] || undefined;
  if (file === undefined) return key;
  if (key !== undefined)
    throw new UsageError('Expected MILLRACE_API_KEY or MILLRACE_API_KEY_FILE, got both. Set one of them.');
  try {
    const content = readFileSync(file, 'utf8').trim();
    output.secrets.add(content);
    return content;
  } catch (error) {
    throw new UsageError(
      `Expected MILLRACE_API_KEY_FILE to be a readable file, got '${file}': ${(error as Error).message}.`,
    );
  }
}
