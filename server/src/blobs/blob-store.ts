import type { Readable } from 'node:stream';
import type { PartialBlob } from './partial-blob.js';

/** Where input and output files live. A key names content that never changes once it is there. */
export interface BlobStore {
  /**
   * Streams into a temporary file, syncs it and gives it its final name; after that a transaction may refer to it.
   * The stream fails with `BlobTooLargeError` past `maxBytes`.
   */
  write(source: AsyncIterable<Uint8Array>, options: { maxBytes: number; signal?: AbortSignal }): Promise<WrittenBlob>;
  /** Takes over a file that is already on the same file system, synced and renamed. */
  adopt(path: string): Promise<string>;
  /** What comes in pieces. @param name A UUID. */
  partial(name: string): PartialBlob;
  /**
   * Makes a blob of what came in pieces. They stay under their own name, too, where the file system can do that: until a transaction
   * refers to the blob, another process can do the same.
   *
   * @returns Nothing when there are none.
   */
  publishPartial(name: string): Promise<string | undefined>;
  /** A local path to read from; the caller leaves the file alone. */
  pathOf(key: string): string;
  /** Both ends of the range are inclusive, counted from 0. */
  read(key: string, range?: { start: number; end: number }): Readable;
  size(key: string): Promise<number | undefined>;
  delete(key: string): Promise<void>;
  /** A fresh directory on the same file system, for one task run. */
  makeScratch(): Promise<string>;
  /**
   * Removes temporary files and scratch directories that nobody can be using, and blobs that `isKnown` denies. Where several
   * processes share the store, `olderThanMs` must be longer than the longest upload or task of the others; this one's are safe.
   */
  sweep(options: { olderThanMs: number; isKnown: (keys: string[]) => Promise<Set<string>> }): Promise<number>;
}

export interface WrittenBlob {
  readonly key: string;
  readonly bytes: number;
}
