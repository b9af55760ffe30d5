import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { copyLimited } from './copy-limited.js';
import { explainDiskFull } from './disk-full-error.js';

/** A file that comes in pieces. Two writers at the same place write the same bytes, as they are of one file. */
export interface PartialBlob {
  /** Bytes so far; nothing when there is none yet. */
  size(): Promise<number | undefined>;
  /** Makes it where it is not there; what is there stays, for another process may be writing to it. */
  make(): Promise<void>;
  /**
   * Writes from `offset` on. What came before an error stays, synced.
   *
   * @throws `BlobTooLargeError` past `maxBytes`, the signal's reason.
   */
  append(source: AsyncIterable<Uint8Array>, options: AppendOptions): Promise<void>;
  delete(): Promise<void>;
}

export interface AppendOptions {
  readonly offset: number;
  /** Of this piece. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export function partialBlob(path: string): PartialBlob {
  return {
    async size() {
      try {
        return (await stat(path)).size;
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async make() {
      await (await open(path, 'a', 0o600)).close();
    },
    async append(source, { offset, ...options }) {
      const file = await open(path, 'r+');
      try {
        // removed since it was looked at, it would get a gap
        if ((await file.stat()).size < offset)
          throw new Error(`Expected at least ${offset} bytes in ${path}, got less.`);
        await copyLimited(source, writerAt(file, offset), options);
      } catch (error) {
        throw explainDiskFull(error);
      } finally {
        // an offset that was told stays true after a power cut
        await file.sync().finally(() => file.close());
      }
    },
    async delete() {
      await rm(path, { force: true });
    },
  };
}

function writerAt(file: FileHandle, offset: number): Pick<FileHandle, 'writeFile'> {
  let position = offset;
  return {
    async writeFile(data) {
      const chunk = data as Uint8Array;
      for (let done = 0; done < chunk.byteLength;) {
        const { bytesWritten } = await file.write(chunk, done, chunk.byteLength - done, position);
        done += bytesWritten;
        position += bytesWritten;
      }
    },
  };
}
