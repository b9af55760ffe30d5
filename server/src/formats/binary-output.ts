import { open, type FileHandle } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import type { ModuleContext } from '../module-contract/module.js';
import { createOutputTooLargeError } from './output-limits.js';

/** A binary output of a module, with a size limit. */
export class BinaryOutput {
  readonly #handle: FileHandle;
  readonly #maxBytes: number;
  #size = 0;

  private constructor(handle: FileHandle, maxBytes: number) {
    this.#handle = handle;
    this.#maxBytes = maxBytes;
  }

  /**
   * Creates the file in the scratch directory, passes the output to `work`, and closes the file even if `work` fails.
   *
   * @returns The file's path.
   * @throws `ModuleError` if the output exceeds the limit.
   */
  static async write(
    name: string,
    context: Pick<ModuleContext, 'scratch' | 'limits'>,
    work: (output: BinaryOutput) => Promise<void>,
  ): Promise<string> {
    const path = join(context.scratch, name);
    const handle = await open(path, 'w');
    try {
      await work(new BinaryOutput(handle, context.limits.maxOutputBytes));
    } finally {
      await handle.close();
    }
    return path;
  }

  /** Appends bytes. The caller can reuse the buffer after the promise resolves. */
  async append(bytes: Uint8Array): Promise<void> {
    const position = this.#size;
    if (position + bytes.length > this.#maxBytes) throw createOutputTooLargeError(this.#maxBytes);
    this.#size += bytes.length;
    await this.#writeAt(bytes, position);
  }

  /** Overwrites bytes that were appended earlier. */
  async replace(bytes: Uint8Array, position: number): Promise<void> {
    await this.#writeAt(bytes, position);
  }

  /** Writes in a loop, because a single write may be partial. */
  async #writeAt(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }
}

/** Returns numbers as little-endian bytes, for NPY and FAISS files. On a little-endian CPU, the result shares memory with `values`. */
export function toLittleEndian(values: Float32Array): Uint8Array {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}
