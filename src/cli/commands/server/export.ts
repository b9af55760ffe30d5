import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { addAbortSignal, PassThrough, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { defineCommand, UsageError } from '../../command.js';
import { jsonOption } from '../../options/global-options.js';
import { readStoreOptions, storeOptions } from '../../options/server-options.js';
import { exitCode } from '../../output/exit-code.js';
import { loadServer } from '../../session/load-server.js';
import { throwIfAborted } from '../../../shared/runtime/abort-reason.js';

export const exportCommand = defineCommand({
  name: 'export',
  summary: "write a server's database to a file",
  arguments: { usage: 'FILE', min: 1, max: 1 },
  details: [
    "If a server uses the embedded database, stop it first. '-' means standard output. The export contains only small files, so also",
    'copy blobs and webhook.key from the data directory. Keep the export private, because it contains user data.',
  ],
  options: { ...storeOptions, ...jsonOption },
  examples: [
    ['a backup of the embedded database', 'millrace export backup.jsonl'],
    [
      'from the embedded database to PostgreSQL',
      'millrace export - | millrace import - --database-url postgres://db/millrace',
    ],
  ],
  async run(call) {
    const { values, positionals, output, terminal, signal } = call;
    const [target = ''] = positionals;
    const isStdout = target === '-';
    if (isStdout && values.json)
      throw new UsageError("--json cannot be used with '-', because both write to standard output.");
    const { exportStore } = await loadServer('export');
    const write = async (stream: Writable): Promise<number> => {
      const { rows } = await exportStore(readStoreOptions(call), addAbortSignal(signal, stream));
      return rows;
    };
    const rows = await (isStdout ? writeToStdout(terminal.stdout, write) : writeToFile(resolve(target), write)).catch(
      (error: unknown) => {
        throwIfAborted(signal);
        throw error;
      },
    );
    if (isStdout) output.note(`Exported ${rows} rows.`);
    else output.result({ rows, file: resolve(target) }, () => [`Exported ${rows} rows to ${target}.`]);
    return exitCode.ok;
  },
});

/** Calls `write` with a stream to standard output. When the stream ends, standard output remains open. */
function writeToStdout<T>(stdout: Writable, write: (stream: Writable) => Promise<T>): Promise<T> {
  const stream = new PassThrough();
  stream.pipe(stdout, { end: false });
  return write(stream);
}

/** Writes to a temporary file that only its owner can read, and renames the file after all data is on disk. */
async function writeToFile<T>(path: string, write: (stream: Writable) => Promise<T>): Promise<T> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) {
    throw new UsageError(`Expected a file path, got the directory ${path}.`);
  }
  const temporaryPath = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    const stream = createWriteStream(temporaryPath, { mode: 0o600, flags: 'wx' });
    const result = await write(stream);
    if (!stream.writableEnded) stream.end();
    await finished(stream);
    const handle = await open(temporaryPath, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporaryPath, path);
    return result;
  } finally {
    await rm(temporaryPath, { force: true });
  }
}
