import { statfs, type FileHandle } from 'node:fs/promises';
import { DiskFullError } from './blob-store.js';

const defaultReservedBytes = 256 * 2 ** 20;
/** Maximum share of the disk that is reserved by default. */
const maxReservedShare = 0.1;

/** Number of bytes that can be written before the free space is checked again. */
const checkIntervalBytes = 4 * 2 ** 20;
/** How long small blobs can be written before the free space is checked again, in milliseconds. */
const checkIntervalMs = 100;

/** Keeps disk space free for the database, which stops if it cannot write. */
export class DiskSpace {
  readonly #path: string;
  readonly #reservedBytes: number | undefined;
  #lastCheck = Promise.resolve();
  /** When the next check is due, as a `performance.now()` timestamp. */
  #nextCheckAt = 0;
  #uncheckedBytes = 0;

  /**
   * @param path A path on the disk to check.
   * @param reservedBytes The free space to reserve. @default 256 MiB, or a tenth of the disk if that is less
   */
  constructor(path: string, reservedBytes?: number) {
    this.#path = path;
    this.#reservedBytes = reservedBytes;
  }

  /** Returns the disk's size, and how much of it is free, in bytes. */
  async read(): Promise<{ totalBytes: number; freeBytes: number }> {
    const { bavail, blocks, bsize } = await statfs(this.#path);
    return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  }

  /** Returns whether this many bytes can be stored without using the reserved space. */
  async hasRoomFor(bytes: number): Promise<boolean> {
    const { totalBytes, freeBytes } = await this.read();
    const reserved = this.#reservedBytes ?? Math.min(defaultReservedBytes, totalBytes * maxReservedShare);
    return freeBytes - bytes >= reserved;
  }

  /** @throws `DiskFullError` if there is no room for this many bytes. */
  async requireRoomFor(bytes: number): Promise<void> {
    if (!(await this.hasRoomFor(bytes))) throw new DiskFullError();
  }

  /** Like {@link requireRoomFor}, but checks the disk only after 4 MiB or 100 ms, because small blobs are frequent. */
  async requireRoomForSmall(bytes: number): Promise<void> {
    this.#uncheckedBytes += bytes;
    if (this.#uncheckedBytes >= checkIntervalBytes || performance.now() >= this.#nextCheckAt) {
      this.#uncheckedBytes = 0;
      this.#nextCheckAt = performance.now() + checkIntervalMs;
      this.#lastCheck = this.requireRoomFor(bytes);
      // if the check fails, the next call checks again
      this.#lastCheck.catch(() => (this.#nextCheckAt = 0));
    }
    await this.#lastCheck;
  }

  /** Returns a writer that throws `DiskFullError` if the file would use the reserved space. Checks the free space every 4 MiB. */
  limit(file: Pick<FileHandle, 'writeFile'>): Pick<FileHandle, 'writeFile'> {
    let uncheckedBytes = 0;
    return {
      writeFile: async (data) => {
        uncheckedBytes += (data as Uint8Array).byteLength;
        if (uncheckedBytes >= checkIntervalBytes) {
          await this.requireRoomFor(uncheckedBytes);
          uncheckedBytes = 0;
        }
        await file.writeFile(data);
      },
    };
  }
}
