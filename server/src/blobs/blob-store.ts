import type { Readable } from 'node:stream';
import { isDiskFull } from '../system/disk-full.js';

/** Stores input and output files. The content stored under a key never changes. */
export interface BlobStore {
  /**
   * Returns whether the disk has room for this many bytes, in addition to the space that is reserved for the database.
   *
   * @param bytes With the default, only the reserved space is checked. @default 0
   */
  hasRoomFor(bytes?: number): Promise<boolean>;
  /** Returns the size of the disk, and how much of it is free, in bytes. */
  diskSpace(): Promise<{ totalBytes: number; freeBytes: number }>;
  /**
   * Writes a stream to a temporary file, syncs the file and renames it to its final name. A transaction can then reference the
   * blob. A small content is kept in memory instead, and the transaction must also store it. If a stream cannot be stored completely,
   * nothing of it is kept.
   *
   * @throws `BlobTooLargeError` if the source exceeds `maxBytes`; `DiskFullError`.
   */
  write(source: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<WrittenBlob>;
  /** Syncs a file in a scratch directory, moves it into the store and returns its blob key. */
  adopt(path: string): Promise<string>;
  /** Maximum size of the contents that transactions store, in bytes. 0 if all contents are files. */
  readonly smallBytes: number;
  /** Stores a content that is in memory, like {@link write}. @throws `DiskFullError` */
  put(content: Buffer): Promise<WrittenBlob>;
  /** Opens an upload that arrives in parts. @param name A UUID. */
  partial(name: string): PartialBlob;
  /**
   * Converts a complete upload to a blob. If the file system supports hard links, the upload also keeps its own name, so that a
   * different process can still publish the upload until a transaction references the blob.
   *
   * @returns The blob, or `undefined` if there is no such upload.
   */
  publishPartial(name: string): Promise<WrittenBlob | undefined>;
  /** Returns the local path of a blob that a module has written. The caller must not modify the file. */
  pathOf(key: string): string;
  /** Returns the content of a small blob, or the path of a file. The caller must not modify them. */
  locate(key: string): Promise<BlobPlace>;
  /** Returns the whole content, or `undefined` if there is no such blob. */
  load(key: string): Promise<Buffer | undefined>;
  /** Reads a blob. Both ends of the range are zero-based and inclusive. */
  read(key: string, range?: { start: number; end: number }): Readable;
  /** Returns the size in bytes, or `undefined` if there is no such blob. */
  size(key: string): Promise<number | undefined>;
  delete(key: string): Promise<void>;
  /** Returns the path of a directory on the same file system, for one task run. The task's process creates it. */
  newScratch(): string;
  /** Deletes a scratch directory and its content, if it exists. */
  removeScratch(path: string): Promise<void>;
  /**
   * Deletes abandoned temporary files and scratch directories, and blobs whose keys `isKnown` omits. If several processes share
   * the store, `olderThanMs` must exceed the longest upload or task in the other processes. This process's own files are always
   * kept.
   *
   * @returns The number of files and directories deleted.
   */
  sweep(options: SweepOptions): Promise<number>;
}

interface SweepOptions {
  readonly olderThanMs: number;
  /** If true, no other process uses the store, so other temporary files and scratch directories are deleted whatever their age. */
  readonly isAlone?: boolean;
  readonly isKnown: (keys: string[]) => Promise<Set<string>>;
}

interface WriteOptions {
  readonly maxBytes: number;
  /** The size of the source, if it is known. A source without room is then refused before its first byte. */
  readonly expectedBytes?: number;
  readonly signal?: AbortSignal;
}

/** The place of a blob: a file, or the content itself if it is small. */
type BlobPlace = { readonly path: string } | { readonly content: Buffer };

export interface WrittenBlob {
  readonly key: string;
  readonly bytes: number;
  /** The SHA-256 of the content, in hexadecimal. */
  readonly sha256: string;
  /** A small content, which the transaction that references the key must store. */
  readonly content?: Buffer | undefined;
}

/**
 * An upload that arrives in parts. Concurrent writers at the same offset write the same bytes, because they send the same file.
 */
export interface PartialBlob {
  /** Returns the number of bytes received so far, or `undefined` if the upload does not exist. */
  size(): Promise<number | undefined>;
  /**
   * Creates the upload unless it already exists. Existing bytes are kept, because another process may be writing to the upload.
   */
  make(): Promise<void>;
  /**
   * Writes data starting at `offset`. If an error occurs, the bytes written so far are kept and synced, unless the disk is full,
   * which deletes the upload.
   *
   * @throws `BlobTooLargeError` if the source exceeds `maxBytes`; `DiskFullError`; the signal's reason if aborted.
   */
  append(source: AsyncIterable<Uint8Array>, options: AppendOptions): Promise<void>;
  delete(): Promise<void>;
}

interface AppendOptions {
  readonly offset: number;
  /** Maximum size of this part, in bytes. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Thrown when the source has more bytes than the writer accepts. Incomplete blobs are deleted; partial uploads keep their bytes.
 */
export class BlobTooLargeError extends Error {
  override readonly name = 'BlobTooLargeError';
  /** Maximum size, in bytes. */
  readonly limit: number;

  constructor(limit: number) {
    super(
      `Expected the file to have at most ${limit} bytes, got more. Send a smaller file, or raise the server's limit (maxFileBytes).`,
    );
    this.limit = limit;
  }
}

/** Thrown when the disk, or the user's disk quota, is full. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';

  constructor(cause?: unknown) {
    super(
      "The server's disk is full: there is no space left for its data directory. Free up some space, then try again.",
      {
        cause,
      },
    );
  }
}

/** Returns a {@link DiskFullError} if the error was caused by a full disk, and any other error unchanged. */
export function explainDiskFull(error: unknown): unknown {
  return error instanceof DiskFullError || !isDiskFull(error) ? error : new DiskFullError(error);
}
