import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { defineCommand, UsageError } from '../../command.js';
import { jsonOption } from '../../options/global-options.js';
import { readStoreOptions, storeOptions } from '../../options/server-options.js';
import { exitCode } from '../../output/exit-code.js';
import { loadServer } from '../../session/load-server.js';
import { throwIfAborted } from '../../../shared/runtime/abort-reason.js';

export const importCommand = defineCommand({
  name: 'import',
  summary: 'import an export into an empty database',
  arguments: { usage: 'FILE', min: 1, max: 1 },
  details: [
    "First stop every server that uses the database. '-' means standard input. If the import fails, the database stays empty.",
  ],
  options: { ...storeOptions, ...jsonOption },
  examples: [
    ['into a new data directory', 'millrace import backup.jsonl --data ./data'],
    ['into PostgreSQL', 'DATABASE_URL=postgres://db/millrace millrace import backup.jsonl'],
  ],
  async run(call) {
    const { positionals, output, terminal, signal } = call;
    const [source = ''] = positionals;
    if (source !== '-') await assertFile(source);
    const { importStore } = await loadServer('import');
    const stream = addAbortSignal(signal, source === '-' ? terminal.stdin : createReadStream(source));
    const { rows } = await importStore(readStoreOptions(call), stream).catch((error: unknown) => {
      throwIfAborted(signal);
      throw error;
    });
    output.result({ rows }, () => [`Imported ${rows} rows.`]);
    return exitCode.ok;
  },
});

async function assertFile(path: string): Promise<void> {
  const problem = await stat(path).then(
    (stats) => (stats.isDirectory() ? 'is a directory' : undefined),
    (error: unknown) => {
      const { code, message } = error as NodeJS.ErrnoException;
      return code === 'ENOENT' || code === 'ENOTDIR' ? 'does not exist' : `cannot be read: ${message}`;
    },
  );
  if (problem !== undefined)
    throw new UsageError(`Expected a file written by 'millrace export', got ${path}, which ${problem}.`);
}
