import { Zip, ZipPassThrough } from 'fflate';
import type { BatchOutput } from '../../store/tables/batches/batch-outputs.js';
import { ApiError } from '../api-error.js';
import type { HttpContext } from '../http-context.js';

/** The limits of a ZIP archive without the extension for large archives (ZIP64). */
const [maxFiles, maxBytes] = [65_535, 2 ** 32 - 2 ** 24];

/**
 * Returns a ZIP archive of outputs, generated while it is read. The outputs are uncompressed, in the directories of their inputs:
 * `/2026/lease.pdf` becomes `2026/lease.pdf.db`.
 *
 * @throws `ApiError` 413 if the outputs are too many or too large for one archive.
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

/** Generates the pieces of the archive. A failed read aborts the response, so that no client mistakes it for a complete archive. */
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
  const takeReady = (): Uint8Array[] => {
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
      yield* takeReady();
    }
    entry.push(new Uint8Array(0), true);
    yield* takeReady();
  }
  zip.end();
  yield* takeReady();
  return undefined;
}

/** Returns a unique name for an output, which cannot lead outside the directory in which the archive is unpacked. */
function nameIn(names: Set<string>, { directory, fileName, extension, fileId }: BatchOutput): string {
  const parts = [...directory.split('/'), fileName + extension].map((part) => part.replaceAll(/[\\:\p{Cc}]/gu, '_'));
  const name = parts.filter((part) => part !== '' && !/^\.+$/.test(part)).join('/');
  const unique = names.has(name) ? name.replace(/[^/]*$/, `${fileId}-$&`) : name;
  names.add(unique);
  return unique;
}
