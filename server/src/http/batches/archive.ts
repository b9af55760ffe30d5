import { Zip, ZipPassThrough } from 'fflate';
import type { BatchOutput } from '../../store/tables/batches/batch-outputs.js';
import { ApiError } from '../api-error.js';
import type { HttpContext } from '../http-context.js';

/** What an archive without the extension for large ones can hold. */
const [maxFiles, maxBytes] = [65_535, 2 ** 32 - 2 ** 24];

/**
 * Returns an archive of outputs, which is made while it is read. Its files are those of the outputs, uncompressed, in the directories of
 * their inputs: `/2026/lease.pdf` becomes `2026/lease.pdf.db`.
 *
 * @throws `ApiError` 413 if they are too many or too large for one archive.
 */
export function archiveOf(http: HttpContext, outputs: readonly BatchOutput[]): ReadableStream<Uint8Array> {
  const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
  if (outputs.length > maxFiles || bytes > maxBytes) {
    throw new ApiError(
      413,
      'too_large',
      `Expected at most ${maxFiles} outputs and ${maxBytes} bytes in one archive, got ${outputs.length} and ${bytes}. ` +
        'Save them one by one: millrace fetch BATCH_ID --save DIR',
    );
  }
  const pieces = zipped(http, outputs);
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** A read that fails breaks the response off, so that no client takes it for a whole archive. */
async function* zipped(
  { engine: { blobs } }: HttpContext,
  outputs: readonly BatchOutput[],
): AsyncGenerator<Uint8Array, undefined> {
  const ready: Uint8Array[] = [];
  const failure: { error?: Error } = {};
  const zip = new Zip((error, piece) => {
    if (error) failure.error = error;
    else ready.push(piece);
  });
  const take = (): Uint8Array[] => {
    if (failure.error) throw failure.error;
    return ready.splice(0);
  };
  const names = new Set<string>();
  for (const output of outputs) {
    const entry = new ZipPassThrough(nameIn(names, output));
    entry.mtime = output.at;
    zip.add(entry);
    for await (const chunk of blobs.read(output.blob)) {
      entry.push(chunk as Buffer);
      yield* take();
    }
    entry.push(new Uint8Array(0), true);
    yield* take();
  }
  zip.end();
  yield* take();
  return undefined;
}

/** Returns a name that leads nowhere outside the directory in which somebody unpacks the archive. */
function nameIn(names: Set<string>, { directory, fileName, extension, fileId }: BatchOutput): string {
  const parts = [...directory.split('/'), fileName + extension].map((part) => part.replaceAll(/[\\:\p{Cc}]/gu, '_'));
  const name = parts.filter((part) => part !== '' && !/^\.+$/.test(part)).join('/');
  const unique = names.has(name) ? name.replace(/[^/]*$/, `${fileId}-$&`) : name;
  names.add(unique);
  return unique;
}
