import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { addAbortSignal, PassThrough, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { defineCommand } from '../command.js';
import { exitCode } from '../output/exit-code.js';
import { jsonOption } from '../options/global-options.js';
import { loadServer } from '../session/load-server.js';
import { readStoreOptions, storeOptions } from '../options/server-options.js';
import { UsageError } from '../options/usage-error.js';

export const exportCommand = defineCommand({
  name: 'export',
  summary: "write a server's database to a file",
  arguments: { usage: 'FILE', min: 1, max: 1 },
  details: [
    "Stop the server first when its database is the embedded one. '-' is standard output. The files are not part of",
    'it: copy the directory blobs of the data directory beside it. Keep the export to yourself: it holds what users stored.',
  ],
  options: { ...storeOptions, ...jsonOption },
  examples: [
    ['a copy of the embedded database', 'millrace export backup.jsonl'],
    [
      'from the embedded database to PostgreSQL',
      'millrace export - | millrace import - --database-url postgres://db/millrace',
    ],
  ],
  async run({ values, positionals, output, signal }) {
    const [target = ''] = positionals;
    const isStdout = target === '-';
    if (isStdout && values.json)
      throw new UsageError("Expected a file together with --json, got '-': both need standard output.");
    const { exportStore } = await loadServer('export');
    const write = async (stream: Writable): Promise<number> => {
      const { rows } = await exportStore(readStoreOptions(values), addAbortSignal(signal, stream));
      return rows;
    };
    const rows = await (isStdout ? writeOut(write) : writeWhole(resolve(target), write)).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
    if (isStdout) output.note(`Exported ${rows} rows.`);
    else output.result({ rows, file: resolve(target) }, () => [`Exported ${rows} rows to ${target}.`]);
    return exitCode.ok;
  },
});

/** Standard output itself cannot be taken away from the process. */
function writeOut<T>(write: (stream: Writable) => Promise<T>): Promise<T> {
  const stream = new PassThrough();
  stream.pipe(process.stdout);
  return write(stream);
}

/** Under another name until it is whole and on the disk, and readable by its owner alone. */
async function writeWhole<T>(path: string, write: (stream: Writable) => Promise<T>): Promise<T> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) {
    throw new UsageError(`Expected the name of a file, got the directory ${path}.`);
  }
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    const stream = createWriteStream(temporary, { mode: 0o600, flags: 'wx' });
    const written = await write(stream);
    if (!stream.writableEnded) stream.end();
    await finished(stream);
    const handle = await open(temporary, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(temporary, path);
    return written;
  } finally {
    await rm(temporary, { force: true });
  }
}
