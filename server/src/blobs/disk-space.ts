import { statfs, type FileHandle } from 'node:fs/promises';
import { DiskFullError } from './blob-store.js';

const defaultReservedBytes = 256 * 2 ** 20;
/** Maximum share of the disk that is reserved by default. */
const maxReservedShare = 0.1;

/** Number of bytes that may be written before the free space is checked again. */
const checkEveryBytes = 4 * 2 ** 20;
/** How long small blobs may be written before the free space is checked again, in milliseconds. */
const checkEveryMs = 100;

/** Reserves disk space for the database, because the database stops if it cannot write. */
export class DiskSpace {
  readonly #path: string;
  readonly #reservedBytes: number | undefined;
  #lastCheck = Promise.resolve();
  /** When the next check is due, on the clock of `performance.now()`. */
  #nextCheckAt = 0;
  #uncheckedBytes = 0;

  /** @param reservedBytes The free space to reserve. @default 256 MiB, or a tenth of the disk if that is less */
  constructor(path: string, reservedBytes?: number) {
    this.#path = path;
    this.#reservedBytes = reservedBytes;
  }

  /** Returns the disk's size, and how much of it is free, in bytes. */
  async read(): Promise<{ totalBytes: number; freeBytes: number }> {
    const { bavail, blocks, bsize } = await statfs(this.#path);
    return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  }

  /** Returns whether this many bytes can be stored without using the reserve. */
  async hasRoomFor(bytes: number): Promise<boolean> {
    const { totalBytes, freeBytes } = await this.read();
    const reserved = this.#reservedBytes ?? Math.min(defaultReservedBytes, totalBytes * maxReservedShare);
    return freeBytes - bytes >= reserved;
  }

  /** @throws `DiskFullError` if there is no room for this many bytes. */
  async requireRoomFor(bytes: number): Promise<void> {
    if (!(await this.hasRoomFor(bytes))) throw new DiskFullError();
  }

  /** Like {@link requireRoomFor}, but checks the disk only every few megabytes or 100 ms, because there are many small blobs. */
  async requireRoomForSmall(bytes: number): Promise<void> {
    this.#uncheckedBytes += bytes;
    if (this.#uncheckedBytes >= checkEveryBytes || performance.now() >= this.#nextCheckAt) {
      this.#uncheckedBytes = 0;
      this.#nextCheckAt = performance.now() + checkEveryMs;
      this.#lastCheck = this.requireRoomFor(bytes);
      // the calls that await this check fail, and the next call checks again
      this.#lastCheck.catch(() => (this.#nextCheckAt = 0));
    }
    await this.#lastCheck;
  }

  /** Returns a writer that fails when the file grows into the reserve. The free space is checked every few megabytes. */
  limit(file: Pick<FileHandle, 'writeFile'>): Pick<FileHandle, 'writeFile'> {
    let unchecked = 0;
    return {
      writeFile: async (data) => {
        unchecked += (data as Uint8Array).byteLength;
        if (unchecked >= checkEveryBytes) {
          await this.requireRoomFor(unchecked);
          unchecked = 0;
        }
        await file.writeFile(data);
      },
    };
  }
}
