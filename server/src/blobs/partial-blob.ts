import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { explainDiskFull, type PartialBlob } from './blob-store.js';
import { copyLimited } from './copy-limited.js';

/** Opens the partial upload stored in the file at `path`. */
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
        // if the file was deleted and recreated after `offset` was determined, writing there would leave a gap
        const { size } = await file.stat();
        if (size < offset) throw new Error(`Expected at least ${offset} bytes in ${path}, got ${size}.`);
        await copyLimited(source, writerAt(file, offset), options);
      } catch (error) {
        throw explainDiskFull(error);
      } finally {
        // a reported offset must remain valid after a power failure
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
