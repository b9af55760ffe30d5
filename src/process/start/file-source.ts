import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { createReadStream } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { classOf, isUrl } from '../../shared/rules/class-of.js';
import { isObject, formatValue } from '../../shared/rules/format-value.js';
import type { ByteStream, FileInput, ResponseInput, StreamInput } from '../../shared/types/files/file-input.js';
import { getResponseBody, getResponseName, getResponseSize, redactUrl } from './response-input.js';
import {
  createInvalidFileError,
  isByteStream,
  isBytes,
  isUsedUp,
  isResponse,
  openStream,
  splitIntoChunks,
  toBuffer,
} from './stream-input.js';

/** Maximum size of a file on disk that can be loaded into memory instead of being streamed, in bytes. */
const maxLoadedBytes = 64 * 1024;

/** A file to upload. */
export interface FileSource {
  /** Describes the file in messages: its absolute path, its name, or a phrase such as "the stream". */
  readonly label: string;
  /**
   * The file's local name, or `undefined` if the input has no name. Its extension determines the file type, unless the caller sets
   * a file name.
   */
  readonly localName: string | undefined;
  /** Whether `localName` comes from a response's headers or URL. If true, the caller's file name can have a different extension. */
  readonly isNameFromResponse?: boolean;
  /** Size in bytes, or `undefined` if unknown. */
  readonly size: number | undefined;
  /** Whether `open()` can be called more than once. */
  readonly isRepeatable: boolean;
  open(): Readable;
  /** Loads the file and caches its content. Set for small files on disk. If the file has grown, returns its first `size + 1` bytes. */
  readonly load?: () => Promise<Buffer>;
  /** Set if the file can be read from any offset. `version` changes when the content changes. */
  readonly seek?: { readonly version: string; openFrom(offset: number): Readable };
}

/** Prepares any kind of input for reading. @throws `ValidationError` if it is invalid, missing, unreadable or known to be empty. */
export async function openSource(file: FileInput): Promise<FileSource> {
  if (typeof file === 'string') return fromPath(file);
  if (isUrl(file)) return fromPath(pathFromUrl(file));
  if (isBlob(file)) return fromBlob(file);
  if (isBytes(file)) return fromBytes(file);
  if (isResponse(file)) return fromResponse(file);
  if (isByteStream(file)) return fromStream(file, { label: 'the stream', localName: undefined, size: undefined });
  return fromStreamInput(file);
}

/** Returns the unvalidated name and size in bytes of an input that is not a path or URL. Unknown values are `undefined`. */
export function describeInput(file: Exclude<FileInput, string | URL>): { name?: unknown; size?: number | undefined } {
  if (isBlob(file)) return { name: (file as { name?: unknown }).name, size: file.size };
  if (isBytes(file)) return { size: file.byteLength };
  if (isResponse(file)) return { name: getResponseName(file), size: getResponseSize(file) };
  return isByteStream(file) || !isObject(file) ? {} : { name: file.fileName, size: file.size };
}

/** Returns whether an input may still be readable after a failed upload. False if its stream has been read, locked or destroyed. */
export function isReusable(file: FileInput): boolean {
  if (typeof file === 'string' || isUrl(file) || isBlob(file) || isBytes(file)) return true;
  const stream = isResponse(file) ? file.body : isByteStream(file) ? file : file.stream;
  return stream !== null && !isUsedUp(stream);
}

async function fromPath(input: string): Promise<FileSource> {
  if (input === '' || input.includes('\0'))
    throw createInvalidFileError(`Expected a file path, got ${formatValue(input)}`);
  const path = resolve(input);
  const info = await stat(path).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    throw createInvalidFileError(isMissing ? describeMissing(input, path) : `Could not read ${path}: ${message}`);
  });
  if (info.isDirectory()) throw createInvalidFileError(`Expected a file at ${path}, got a directory`);
  if (!info.isFile()) {
    throw createInvalidFileError(
      `Expected a regular file at ${path}, got a special file. Pass its content as { stream, fileName }`,
    );
  }
  await access(path, constants.R_OK).catch(() => {
    throw createInvalidFileError(`Expected a readable file at ${path}, but this process has no permission to read it`);
  });
  return requireNonEmpty({
    label: path,
    localName: basename(path),
    size: info.size,
    isRepeatable: true,
    open: () => createReadStream(path),
    ...(info.size <= maxLoadedBytes && { load: createLoader(path, info.size) }),
    seek: {
      version: `${info.size} ${info.mtimeMs}`,
      openFrom: (start) => createReadStream(path, { start }),
    },
  });
}

/** Returns a function that reads a small file once, without the overhead of a stream, and caches the result. */
function createLoader(path: string, size: number): () => Promise<Buffer> {
  const load = async (): Promise<Buffer> => {
    const file = await open(path);
    try {
      const content = Buffer.allocUnsafeSlow(size + 1);
      let length = 0;
      for (let bytesRead = -1; bytesRead !== 0 && length <= size; length += bytesRead) {
        ({ bytesRead } = await file.read(content, length, size + 1 - length, length));
      }
      return content.subarray(0, length);
    } finally {
      await file.close();
    }
  };
  let loaded: Promise<Buffer> | undefined;
  return () => (loaded ??= load());
}

function describeMissing(input: string, path: string): string {
  if (/^file:\/\//i.test(input))
    return `${formatValue(input)} is a URL: pass new URL(${formatValue(input)}), or the path`;
  return /^[a-z][a-z\d+.-]+:\/\//i.test(input) ? describeRemoteUrl(input) : `There is no file at ${path}`;
}

function describeRemoteUrl(url: string): string {
  const safeUrl = redactUrl(url);
  return /^https?:/i.test(url)
    ? `${safeUrl} is a URL: fetch it first, and pass the response: process(await fetch(url))`
    : `${safeUrl} is a URL: download it first, and pass the path or a stream`;
}

function pathFromUrl(url: URL): string {
  if (url.protocol !== 'file:') throw createInvalidFileError(describeRemoteUrl(url.href));
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw createInvalidFileError(`Expected a file: URL on this machine: ${(error as Error).message}`);
  }
}

/** Returns whether a value is a `Blob`, even one from jsdom or a polyfill. */
function isBlob(value: unknown): value is Blob {
  return ['Blob', 'File'].includes(classOf(value));
}

function fromBlob(blob: Blob): FileSource {
  if (typeof (blob as Partial<Blob>).stream !== 'function') {
    throw createInvalidFileError(
      "Expected a Blob with a stream() method, which jsdom's Blob does not have. Pass the bytes, or a Blob from node:buffer",
    );
  }
  const name: unknown = (blob as { name?: unknown }).name;
  const localName = typeof name === 'string' && name !== '' ? basename(name) : undefined;
  const label = localName ?? 'the Blob';
  return requireNonEmpty({
    label,
    localName,
    size: blob.size,
    isRepeatable: true,
    open: () => openStream(blob.stream(), label),
    seek: { version: randomUUID(), openFrom: (start) => openStream(blob.slice(start).stream(), label) },
  });
}

function fromBytes(input: ArrayBuffer | ArrayBufferView): FileSource {
  const bytes = toBuffer(input);
  return requireNonEmpty({
    label: 'the byte array',
    localName: undefined,
    size: bytes.length,
    isRepeatable: true,
    open: () => Readable.from(splitIntoChunks([bytes])),
    seek: { version: randomUUID(), openFrom: (start) => Readable.from(splitIntoChunks([bytes.subarray(start)])) },
  });
}

function fromResponse(response: ResponseInput): FileSource {
  const body = getResponseBody(response);
  const localName = getResponseName(response);
  const size = getResponseSize(response);
  return { ...fromStream(body, { label: localName ?? 'the response', localName, size }), isNameFromResponse: true };
}

function fromStreamInput(input: StreamInput): FileSource {
  if (!isObject(input)) throw createInvalidFileError(`${expectedInput}, got ${formatValue(input)}`);
  const { stream, fileName, size } = input;
  if (!isByteStream(stream)) throw createInvalidFileError(`${expectedInput}, got an object without a stream`);
  if (typeof fileName !== 'string' || fileName === '') {
    throw createInvalidFileError(`${expectedInput}, got a stream without a fileName`);
  }
  if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) {
    throw createInvalidFileError(`Expected the size of a stream to be a number of bytes, got ${formatValue(size)}`);
  }
  const localName = basename(fileName);
  return fromStream(stream, { label: localName, localName, size });
}

const expectedInput =
  'Expected a path, a file: URL, a Blob, bytes, a stream, a fetch() response or { stream, fileName }';

function fromStream(stream: ByteStream, properties: Pick<FileSource, 'label' | 'localName' | 'size'>): FileSource {
  if (isUsedUp(stream)) {
    throw createInvalidFileError(
      `Expected an unread stream, but ${properties.label} has already been read, locked or destroyed. A stream can be read only once`,
    );
  }
  return requireNonEmpty({ ...properties, isRepeatable: false, open: () => openStream(stream, properties.label) });
}

function requireNonEmpty(source: FileSource): FileSource {
  if (source.size === 0) throw createInvalidFileError(`Expected a non-empty file, but ${source.label} is empty`);
  return source;
}
