import { Zip, ZipPassThrough } from 'fflate';
import type { BatchOutput } from '../../store/tables/batches/batch-outputs.js';
import { ApiError } from '../api-error.js';
import type { HttpContext } from '../http-context.js';

/** The maximum number of files in a ZIP archive without the ZIP64 extension, and its maximum size, in bytes. */
const [maxFiles, maxBytes] = [65_535, 2 ** 32 - 1];

/** The size of a file's headers, without the path (which two of them contain), and of the end of central directory record, in bytes. */
const [headerBytes, endBytes] = [30 + 16 + 46, 22];

interface Entry extends BatchOutput {
  /** The path in the archive. */
  readonly path: string;
}

/**
 * Returns a stream that generates an uncompressed ZIP archive of the outputs. The path of each output is the path of its input, followed
 * by the extension of the output: the output of `/2026/lease.pdf` is at `2026/lease.pdf.db`.
 *
 * @throws `ApiError` 413 if there are too many outputs for one archive, or if the archive would be too large.
 */
export function createArchive(http: HttpContext, outputs: readonly BatchOutput[]): ReadableStream<Uint8Array> {
  const usedPaths = new Set<string>();
  const entries = outputs.map((output): Entry => ({ ...output, path: createUniquePath(usedPaths, output) }));
  const bytes = entries.reduce(
    (sum, entry) => sum + entry.bytes + headerBytes + 2 * Buffer.byteLength(entry.path),
    endBytes,
  );
  if (outputs.length > maxFiles || bytes > maxBytes) {
    throw new ApiError(
      413,
      'too_large',
      `Expected at most ${maxFiles} outputs and ${maxBytes} bytes with their paths in one archive, got ${outputs.length} outputs and ${bytes} bytes. ` +
        'Save the outputs one by one: millrace fetch BATCH_ID --save DIR',
    );
  }
  const chunks = generateChunks(http, entries);
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Yields the chunks of the archive. A failed read aborts the response, so that no client mistakes a partial archive for a complete one. */
async function* generateChunks(
  { engine: { blobs } }: HttpContext,
  entries: readonly Entry[],
): AsyncGenerator<Uint8Array, undefined> {
  const pending: Uint8Array[] = [];
  const failure: { error?: Error } = {};
  const zip = new Zip((error, chunk) => {
    if (error) failure.error = error;
    else pending.push(chunk);
  });
  const takePending = (): Uint8Array[] => {
    if (failure.error) throw failure.error;
    return pending.splice(0);
  };
  for (const { path, updatedAt, blob } of entries) {
    const file = new ZipPassThrough(path);
    file.mtime = updatedAt;
    zip.add(file);
    for await (const chunk of blobs.read(blob)) {
      file.push(chunk as Buffer);
      yield* takePending();
    }
    file.push(new Uint8Array(0), true);
    yield* takePending();
  }
  zip.end();
  yield* takePending();
  return undefined;
}

/** Returns a unique path for an output in the archive. The path is relative and has no `..` parts, to prevent path traversal. */
function createUniquePath(usedPaths: Set<string>, { directory, fileName, extension, fileId }: BatchOutput): string {
  const parts = [...directory.split('/'), fileName + extension].map((part) => part.replaceAll(/[\\:\p{Cc}]/gu, '_'));
  const name = parts.filter((part) => part !== '' && !/^\.+$/.test(part)).join('/');
  const unique = usedPaths.has(name) ? name.replace(/[^/]*$/, `${fileId}-$&`) : name;
  usedPaths.add(unique);
  return unique;
}
