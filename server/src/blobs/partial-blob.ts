import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { DiskFullError, wrapDiskFullError, type PartialBlob } from './blob-store.js';
import { copyLimited } from './copy-limited.js';
import type { DiskSpace } from './disk-space.js';

/** Creates a handle to the upload in the file at `path`. Neither opens nor creates the file. */
export function createPartialBlob(path: string, space: DiskSpace): PartialBlob {
  const deleteIfFullAndThrow = async (error: unknown): Promise<never> => {
    const wrapped = wrapDiskFullError(error);
    // free the space now instead of when the upload expires
    if (wrapped instanceof DiskFullError) await rm(path, { force: true });
    throw wrapped;
  };
  return {
    async getSize() {
      try {
        return (await stat(path)).size;
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async createIfMissing() {
      await open(path, 'a', 0o600).then((file) => file.close(), deleteIfFullAndThrow);
    },
    async append(source, { offset, ...options }) {
      const file = await open(path, 'r+');
      try {
        // if the file was deleted and recreated since the caller read its size, writing at `offset` would leave a gap
        const { size } = await file.stat();
        if (size < offset) throw new Error(`Expected at least ${offset} bytes in ${path}, got ${size}.`);
        await space.requireRoomFor(options.maxBytes);
        await copyLimited(source, space.limit(createWriterAt(file, offset)), options);
      } catch (error) {
        return await deleteIfFullAndThrow(error);
      } finally {
        // sync, because even after a power failure, a client may continue from a size that it read earlier
        try {
          await file.sync();
        } finally {
          await file.close();
        }
      }
    },
    async delete() {
      await rm(path, { force: true });
    },
  };
}

function createWriterAt(file: FileHandle, offset: number): Pick<FileHandle, 'writeFile'> {
  let position = offset;
  return {
    async writeFile(data) {
      const chunk = data as Uint8Array;
      for (let written = 0; written < chunk.byteLength;) {
        const { bytesWritten } = await file.write(chunk, written, chunk.byteLength - written, position);
        written += bytesWritten;
        position += bytesWritten;
      }
    },
  };
}
