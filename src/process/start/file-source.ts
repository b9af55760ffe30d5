import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ValidationError } from '../../errors/validation-error.js';
import { showValue } from '../../shared/rules/show-value.js';
import type { FileInput, StreamInput } from '../../shared/types/file-input.js';
import { isUrl } from '../../shared/rules/class-of.js';

/** A file to upload, opened from any kind of input. */
export interface FileSource {
  /** An absolute path or a name, for use in error messages. */
  readonly label: string;
  /** The file's local name. Its extension determines the file type. */
  readonly localName: string | undefined;
  /** Size in bytes, or `undefined` if unknown. */
  readonly size: number | undefined;
  /** Whether `open()` can be called more than once. */
  readonly repeatable: boolean;
  open(): Readable;
  /** Present if the file can be read from any offset. */
  readonly seek?: { readonly version: string; openFrom(offset: number): Readable };
}

const chunkBytes = 64 * 1024;

/** Opens any kind of input. @throws `ValidationError` if the file does not exist, or is empty, a directory or unreadable. */
export async function openSource(file: FileInput): Promise<FileSource> {
  if (typeof file === 'string') return fromPath(file);
  if (isUrl(file)) return fromPath(pathFromUrl(file));
  if (file instanceof Blob) return fromBlob(file);
  if (file instanceof Uint8Array) return fromBytes(file);
  return fromStream(file);
}

async function fromPath(input: string): Promise<FileSource> {
  if (input === '' || input.includes('\0')) throw invalid(`Expected a file path, got ${showValue(input)}`);
  const path = resolve(input);
  const info = await stat(path).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    throw invalid(isMissing ? `There is no file at ${path}` : `Expected a file at ${path}, got ${message}`);
  });
  if (info.isDirectory()) throw invalid(`Expected a file at ${path}, got a directory`);
  if (!info.isFile()) {
    throw invalid(`Expected a regular file at ${path}, got a special file. Pass its content as { stream, fileName }`);
  }
  await access(path, constants.R_OK).catch(() => {
    throw invalid(`Expected a readable file at ${path}, but this process has no permission to read it`);
  });
  return requireNonEmpty({
    label: path,
    localName: basename(path),
    size: info.size,
    repeatable: true,
    open: () => createReadStream(path),
    seek: {
      version: `${info.size} ${info.mtimeMs}`,
      openFrom: (start) => createReadStream(path, { start }),
    },
  });
}

function pathFromUrl(url: URL): string {
  if (url.protocol !== 'file:')
    throw invalid(`Expected a file: URL, got one with '${url.protocol}'. Download it first`);
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw invalid(`Expected a file: URL on this machine: ${(error as Error).message}`);
  }
}

function fromBlob(blob: Blob): FileSource {
  const name: unknown = (blob as { name?: unknown }).name;
  const localName = typeof name === 'string' && name !== '' ? basename(name) : undefined;
  return requireNonEmpty({
    label: localName ?? 'the Blob',
    localName,
    size: blob.size,
    repeatable: true,
    open: () => Readable.from(splitIntoChunks(blob.stream())),
    seek: { version: randomUUID(), openFrom: (start) => Readable.from(splitIntoChunks(blob.slice(start).stream())) },
  });
}

function fromBytes(bytes: Uint8Array): FileSource {
  return requireNonEmpty({
    label: 'the bytes',
    localName: undefined,
    size: bytes.byteLength,
    repeatable: true,
    open: () => Readable.from(splitIntoChunks([bytes])),
    seek: { version: randomUUID(), openFrom: (start) => Readable.from(splitIntoChunks([bytes.subarray(start)])) },
  });
}

function fromStream(input: StreamInput): FileSource {
  const expected = 'Expected a path, a file: URL, a Blob, bytes or { stream, fileName }';
  if (typeof input !== 'object' || (input as object | null) === null)
    throw invalid(`${expected}, got ${showValue(input)}`);
  if (Symbol.asyncIterator in input) throw invalid(`${expected}, got a bare stream, which has no name`);
  const { stream, fileName, size } = input;
  if (typeof stream !== 'object' || !(Symbol.asyncIterator in stream)) {
    throw invalid(`${expected}, got an object without a stream`);
  }
  if (typeof fileName !== 'string' || fileName === '') throw invalid(`${expected}, got a stream without a fileName`);
  if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) {
    throw invalid(`Expected the size of a stream to be a number of bytes, got ${showValue(size)}`);
  }
  const localName = basename(fileName);
  return requireNonEmpty({
    label: localName,
    localName,
    size,
    repeatable: false,
    open: () => Readable.from(splitIntoChunks(stream)),
  });
}

function requireNonEmpty(source: FileSource): FileSource {
  if (source.size === 0) throw invalid(`Expected a non-empty file, but ${source.label} is empty`);
  return source;
}

/** Splits bytes into small chunks, for smooth progress events and low memory use. */
async function* splitIntoChunks(bytes: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  for await (const piece of bytes) {
    if (!(piece instanceof Uint8Array)) throw invalid(`Expected the stream to yield bytes, got ${showValue(piece)}`);
    for (let start = 0; start < piece.byteLength; start += chunkBytes) {
      yield Buffer.from(piece.buffer, piece.byteOffset + start, Math.min(chunkBytes, piece.byteLength - start));
    }
  }
}

function invalid(message: string): ValidationError {
  return new ValidationError([{ path: ['file'], message }]);
}
