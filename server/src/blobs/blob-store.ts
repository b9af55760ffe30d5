import type { Readable } from 'node:stream';
import { isDiskFull } from '../system/disk-full.js';

/** Stores input and output files as blobs. The content of a blob never changes. */
export interface BlobStore {
  /**
   * Returns whether the disk has room for this many bytes, in addition to the space that is reserved for the database.
   *
   * @param bytes If 0, only checks that the reserved space is free. @default 0
   */
  hasRoomFor(bytes?: number): Promise<boolean>;
  /** Returns the size of the disk, and how much of it is free, in bytes. */
  diskSpace(): Promise<{ totalBytes: number; freeBytes: number }>;
  /**
   * Writes a stream to a temporary file, syncs the file and renames it to its final name. A transaction can then reference the
   * blob. Keeps small content in memory instead; the transaction that references it must also store it. If an error occurs, deletes
   * the data written so far.
   *
   * @throws `BlobTooLargeError` if the source exceeds `maxBytes`; `DiskFullError`; the signal's reason if aborted.
   */
  write(source: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<WrittenBlob>;
  /** Syncs a file in a scratch directory, moves it into the store and returns its blob key. */
  adopt(path: string): Promise<string>;
  /** Maximum size of content that transactions store in the database, in bytes. 0 if all blobs are files. */
  readonly smallBytes: number;
  /** Stores content that is already in memory. Otherwise like {@link write}. @throws `DiskFullError` */
  put(content: Buffer): Promise<WrittenBlob>;
  /** Opens an upload that arrives in parts, without creating it. @param name A UUID. */
  partial(name: string): PartialBlob;
  /**
   * Converts a complete upload to a blob. On file systems with hard links, the upload remains too, so that another process can
   * publish it again if no transaction references the blob.
   *
   * @returns The blob, or `undefined` if there is no such upload.
   */
  publishPartial(name: string): Promise<WrittenBlob | undefined>;
  /** Returns the path of a blob that is a file. The caller must not modify the file. */
  pathOf(key: string): string;
  /** Returns the content of a small blob, or the path of a blob that is a file. The caller must not modify either. */
  locate(key: string): Promise<BlobLocation>;
  /** Returns the content of a blob, or `undefined` if there is no such blob. */
  load(key: string): Promise<Buffer | undefined>;
  /** Returns a stream of a blob, or of a range of its bytes. Both ends of the range are zero-based and inclusive. */
  read(key: string, range?: { start: number; end: number }): Readable;
  /** Returns the size in bytes, or `undefined` if there is no such blob. */
  size(key: string): Promise<number | undefined>;
  delete(key: string): Promise<void>;
  /** Returns the path of a new scratch directory for a task, on the file system of the store. The task's process creates the directory. */
  newScratch(): string;
  /** Deletes a scratch directory and its content, if it exists. */
  removeScratch(path: string): Promise<void>;
  /**
   * Deletes abandoned temporary files and scratch directories, and blobs that are not in use. If several processes share the store,
   * `olderThanMs` must exceed the longest upload or task in the other processes. Never deletes temporary files of this process.
   *
   * @returns The number of files and directories deleted.
   */
  sweep(options: SweepOptions): Promise<number>;
}

interface SweepOptions {
  readonly olderThanMs: number;
  /**
   * Whether no other process uses the store. If so, `sweep` deletes the temporary files and scratch directories of other processes
   * regardless of their age. Resumable uploads must still be older than `olderThanMs`.
   */
  readonly isAlone?: boolean;
  /** Returns the subset of the keys that are in use. */
  readonly findKeysInUse: (keys: string[]) => Promise<Set<string>>;
}

interface WriteOptions {
  readonly maxBytes: number;
  /** The size of the source, if known. If the disk has no room for it, `write` fails before reading the source. */
  readonly expectedBytes?: number;
  readonly signal?: AbortSignal;
}

/** The file that contains a blob, or the content itself if it is small. */
type BlobLocation = { readonly path: string } | { readonly content: Buffer };

export interface WrittenBlob {
  readonly key: string;
  readonly bytes: number;
  /** The SHA-256 of the content, in hexadecimal. */
  readonly sha256: string;
  /** Small content, which the transaction that references the key must also store. */
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
   * Writes data starting at `offset`. If an error occurs, the bytes written so far are kept and synced. If the disk is full, however,
   * the upload is deleted.
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
