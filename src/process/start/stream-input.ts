import { Readable } from 'node:stream';
import { ValidationError } from '../../errors/validation-error.js';
import { classOf } from '../../shared/rules/class-of.js';
import { isObject, formatValue } from '../../shared/rules/format-value.js';
import type { ByteStream, ResponseInput } from '../../shared/types/files/file-input.js';

/** Maximum size of a chunk, in bytes. */
const maxChunkBytes = 64 * 1024;

/** Returns whether a value has the methods of a stream. The streams of Node, browsers and polyfills do not share a class. */
export function isByteStream(value: unknown): value is ByteStream {
  if (!isObject(value)) return false;
  return Symbol.asyncIterator in value || typeof value['getReader'] === 'function';
}

/** Returns whether a value is a response from any implementation of `fetch`. */
export function isResponse(value: unknown): value is ResponseInput {
  if (!isObject(value) || typeof value['ok'] !== 'boolean' || typeof value['status'] !== 'number') return false;
  return 'body' in value && isObject(value['headers']) && typeof value['headers']['get'] === 'function';
}

export function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return ArrayBuffer.isView(value) || ['ArrayBuffer', 'SharedArrayBuffer'].includes(classOf(value));
}

export function toBuffer(bytes: ArrayBuffer | ArrayBufferView): Buffer {
  return ArrayBuffer.isView(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.from(bytes);
}

/** Returns whether a stream is known to have been read, locked or destroyed, so that it can no longer be read in full. */
export function isUsedUp(stream: ByteStream): boolean {
  const { locked, destroyed, readableEnded } = stream as {
    locked?: unknown;
    destroyed?: unknown;
    readableEnded?: unknown;
  };
  if ('getReader' in stream) return locked === true || Readable.isDisturbed(stream as unknown as Readable);
  // a program may have read the start of a Node stream and put it back with `unshift`, so a partial read is not conclusive
  return destroyed === true || readableEnded === true;
}

/**
 * Opens a stream for reading. The returned stream fails with a `ValidationError` if the original is empty or yields anything but bytes.
 * Destroying the returned stream closes the original: a Node or web stream immediately, even during a read; any other iterable after the
 * current read.
 */
export function openStream(stream: ByteStream, label: string): Readable {
  const reader = 'getReader' in stream ? stream.getReader() : undefined;
  const chunks = requireNonEmptyStream(
    splitIntoChunks(reader ? readChunks(reader) : (stream as AsyncIterable<unknown>)),
    label,
  );
  return new Readable({
    read() {
      chunks.next().then(
        ({ done, value }) => this.push(done ? null : value),
        (error: unknown) => this.destroy(error as Error),
      );
    },
    destroy(error, callback) {
      if (reader) reader.cancel().catch(() => undefined);
      else if (isDestroyable(stream)) stream.destroy();
      chunks.return(undefined).catch(() => undefined);
      callback(error);
    },
  });
}

/**
 * Splits pieces into small chunks, for smooth progress events and low memory use.
 *
 * @throws `ValidationError` if a piece does not consist of bytes.
 */
export async function* splitIntoChunks(pieces: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    if (!isBytes(piece)) throw createInvalidFileError(`Expected the stream to yield bytes, got ${formatValue(piece)}`);
    const bytes = toBuffer(piece);
    for (let start = 0; start < bytes.length; start += maxChunkBytes)
      yield bytes.subarray(start, start + maxChunkBytes);
  }
}

export function createInvalidFileError(message: string): ValidationError {
  return new ValidationError([{ path: ['file'], message }]);
}

type Reader = ReturnType<Extract<ByteStream, { getReader: unknown }>['getReader']>;

async function* readChunks(reader: Reader): AsyncGenerator {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** Yields the chunks. Throws a `ValidationError` for an empty stream, so that the upload of an empty file never completes. */
async function* requireNonEmptyStream(chunks: AsyncGenerator<Buffer>, label: string): AsyncGenerator<Buffer> {
  let isEmpty = true;
  for await (const chunk of chunks) {
    isEmpty = false;
    yield chunk;
  }
  if (isEmpty) {
    throw createInvalidFileError(
      `Expected a non-empty file, but ${label} yielded no bytes. If it has already been read, pass a new stream`,
    );
  }
}

function isDestroyable(stream: ByteStream): stream is Readable {
  return typeof (stream as { destroy?: unknown }).destroy === 'function';
}
