import type { Readable } from 'node:stream';
import { isDiskFull } from '../system/disk-full.js';

/** Stores input and output files as immutable blobs. */
export interface BlobStore {
  /**
   * Returns whether the disk has room for this many bytes, in addition to the space that is reserved for the database.
   *
   * @param bytes If 0, only checks that the reserved space is free. @default 0
   */
  hasRoomFor(bytes?: number): Promise<boolean>;
  /** Returns the size of the disk, and how much of it is free, in bytes. */
  readDiskSpace(): Promise<{ totalBytes: number; freeBytes: number }>;
  /**
   * Writes a stream to a temporary file, syncs the file and renames it to its final name. A transaction can then reference the
   * blob. If the blob is small, returns its content instead; the transaction that references the blob must also store the content. If
   * an error occurs, deletes the data written so far.
   *
   * @throws `BlobTooLargeError` if the source exceeds `maxBytes`; `DiskFullError` if the disk is full; the signal's reason if the
   * signal is aborted.
   */
  write(source: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<WrittenBlob>;
  /** Syncs a file in a scratch directory, moves it into the store and returns its blob key. */
  adopt(path: string): Promise<string>;
  /** Maximum size in bytes of a small blob, which a transaction stores in the database. 0 if all blobs are stored as files. */
  readonly maxSmallBlobBytes: number;
  /** Stores content that is already in memory. Otherwise like {@link write}. @throws `DiskFullError` if the disk is full. */
  put(content: Buffer): Promise<WrittenBlob>;
  /** Returns a handle to an upload that arrives in parts. Does not create the upload. @param name A random UUID (version 4). */
  getPartial(name: string): PartialBlob;
  /**
   * Converts a complete upload to a blob. On file systems with hard links, the upload is also kept, so that it can be published again
   * if this process crashes before a transaction references the blob.
   *
   * @returns The blob, or `undefined` if there is no such upload.
   */
  publishPartial(name: string): Promise<WrittenBlob | undefined>;
  /** Returns the path of a blob that is stored as a file. The caller must not modify the file. */
  getPath(key: string): string;
  /** Returns the content of a small blob, or the path of a blob that is stored as a file. The caller must not modify either. */
  locate(key: string): Promise<BlobLocation>;
  /** Returns the content of a blob, or `undefined` if there is no such blob. */
  load(key: string): Promise<Buffer | undefined>;
  /** Returns a stream of a blob, or of a range of its bytes. Both ends of the range are zero-based and inclusive. */
  read(key: string, range?: { start: number; end: number }): Readable;
  /** Returns the size in bytes, or `undefined` if there is no such blob. */
  getSize(key: string): Promise<number | undefined>;
  delete(key: string): Promise<void>;
  /** Returns an unused path for a task's scratch directory, on the store's file system. The task's process creates the directory. */
  newScratchPath(): string;
  /** Deletes a scratch directory and its content, if it exists. */
  removeScratch(path: string): Promise<void>;
  /**
   * Deletes temporary files, scratch directories and unused blob files that have not changed for `olderThanMs`. Keeps the scratch
   * directories and temporary files of this process, except resumable uploads. If several processes share the store, `olderThanMs` must
   * exceed the duration of the longest upload or task in the other processes.
   *
   * @returns The number of files and directories deleted.
   */
  sweep(options: SweepOptions): Promise<number>;
}

interface SweepOptions {
  readonly olderThanMs: number;
  /**
   * Whether no other process uses the store. If so, `sweep` deletes the temporary files and scratch directories of earlier processes
   * regardless of their age, except resumable uploads. @default false
   */
  readonly isOnlyProcess?: boolean;
  /** Returns those of `keys` that are in use. */
  readonly findKeysInUse: (keys: string[]) => Promise<Set<string>>;
}

interface WriteOptions {
  readonly maxBytes: number;
  /** The size of the source, if known. If the disk has no room for it, `write` fails before reading the source. */
  readonly expectedBytes?: number;
  readonly signal?: AbortSignal;
}

/** The path of a blob that is stored as a file, or the content of a small blob. */
type BlobLocation = { readonly path: string } | { readonly content: Buffer };

export interface WrittenBlob {
  readonly key: string;
  readonly bytes: number;
  /** The SHA-256 digest of the content, in hexadecimal. */
  readonly sha256: string;
  /** The content, if the blob is small. The transaction that references the blob must also store the content. */
  readonly content?: Buffer | undefined;
}

/** An upload that arrives in parts. Several writers can append concurrently if they write parts of the same file. */
export interface PartialBlob {
  /** Returns the number of bytes received so far, or `undefined` if the upload does not exist. */
  getSize(): Promise<number | undefined>;
  /** Creates the upload unless it already exists. Keeps existing bytes, because another process may be writing to the upload. */
  createIfMissing(): Promise<void>;
  /**
   * Writes the source to the upload, starting at `offset`. If an error occurs, keeps and syncs the bytes written so far. If the disk is
   * full, deletes the upload instead.
   *
   * @throws `BlobTooLargeError` if the source exceeds `maxBytes`; `DiskFullError` if the disk is full; the signal's reason if the
   * signal is aborted.
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

/** Thrown if a source exceeds `maxBytes`. An incomplete blob is deleted, but a partial upload keeps the bytes written so far. */
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

/** Thrown if the disk or the user's disk quota is full, or if only the space reserved for the database is free. */
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
export function wrapDiskFullError(error: unknown): unknown {
  return error instanceof DiskFullError || !isDiskFull(error) ? error : new DiskFullError(error);
}
