import type { Readable } from 'node:stream';

/** Stores input and output files. A key names content that never changes. */
export interface BlobStore {
  /**
   * Writes a stream to a temporary file, syncs it and gives it its final name. Afterwards a transaction may refer to it.
   *
   * @throws `BlobTooLargeError` past `maxBytes`; `DiskFullError`.
   */
  write(source: AsyncIterable<Uint8Array>, options: { maxBytes: number; signal?: AbortSignal }): Promise<WrittenBlob>;
  /** Takes over a file from a scratch directory: syncs and renames it. */
  adopt(path: string): Promise<string>;
  /** Opens an upload that arrives in parts. @param name A UUID. */
  partial(name: string): PartialBlob;
  /**
   * Makes a blob of a complete upload. Where the file system has hard links, the upload also keeps its own name: until a
   * transaction refers to the blob, another process can publish the same upload.
   *
   * @returns The key, or `undefined` when there is no such upload.
   */
  publishPartial(name: string): Promise<string | undefined>;
  /** Returns a local path to read from. The caller must not change the file. */
  pathOf(key: string): string;
  /** Reads a blob. Both ends of the range are inclusive, counted from 0. */
  read(key: string, range?: { start: number; end: number }): Readable;
  /** Returns the size in bytes, or `undefined` when there is no such blob. */
  size(key: string): Promise<number | undefined>;
  delete(key: string): Promise<void>;
  /** Makes an empty directory on the same file system, for one task run. */
  makeScratch(): Promise<string>;
  /**
   * Deletes abandoned temporary files and scratch directories, and blobs that `isKnown` does not return. Where several
   * processes share the store, `olderThanMs` must exceed the longest upload or task of the others. This process's own files
   * are always kept.
   *
   * @returns How many files and directories were deleted.
   */
  sweep(options: { olderThanMs: number; isKnown: (keys: string[]) => Promise<Set<string>> }): Promise<number>;
}

export interface WrittenBlob {
  readonly key: string;
  readonly bytes: number;
}

/** An upload that arrives in parts. Concurrent writers at the same offset write the same bytes, because they send the same file. */
export interface PartialBlob {
  /** Returns the bytes received so far, or `undefined` when the upload does not exist. */
  size(): Promise<number | undefined>;
  /** Creates the upload unless it exists. Existing bytes are kept, because another process may be writing to it. */
  make(): Promise<void>;
  /**
   * Writes from `offset` on. After an error, the bytes written before it are kept and synced.
   *
   * @throws `BlobTooLargeError` past `maxBytes`; `DiskFullError`; the signal's reason when aborted.
   */
  append(source: AsyncIterable<Uint8Array>, options: AppendOptions): Promise<void>;
  delete(): Promise<void>;
}

interface AppendOptions {
  readonly offset: number;
  /** The largest size of this part. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** The source had more bytes than the writer accepts. Nothing was kept. */
export class BlobTooLargeError extends Error {
  override readonly name = 'BlobTooLargeError';
  /** Bytes. */
  readonly limit: number;

  constructor(limit: number) {
    super(
      `Expected the file to have at most ${limit} bytes, got more. Send a smaller file, or raise the server's limit.`,
    );
    this.limit = limit;
  }
}

/** The disk, or this user's quota on it, is full. Nothing of the file was kept. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';

  constructor(cause: unknown) {
    super('There is no space left on the disk of the data directory. Free some there, then send the file again.', {
      cause,
    });
  }
}

/** Returns a {@link DiskFullError} for an error of a full disk, and any other error unchanged. */
export function explainDiskFull(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' ? new DiskFullError(error) : error;
}
