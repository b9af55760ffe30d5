import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModuleContext } from '../module-contract/module.js';
import { outputTooLarge } from './output-file.js';

/** A module's output file of bytes in the making: never larger than the limit. */
export class BinaryOutput {
  readonly #handle: FileHandle;
  readonly #maxBytes: number;
  #bytes = 0;

  private constructor(handle: FileHandle, maxBytes: number) {
    this.#handle = handle;
    this.#maxBytes = maxBytes;
  }

  /**
   * Creates the file in the scratch directory, hands it to `work`, and closes it in any case.
   *
   * @returns The file's path.
   * @throws `ModuleError` when more is written than the limit allows.
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

  /** Adds bytes at the end. The caller may use their buffer again once this has resolved. */
  async append(bytes: Uint8Array): Promise<void> {
    const position = this.#bytes;
    if (position + bytes.length > this.#maxBytes) throw outputTooLarge(this.#maxBytes);
    this.#bytes += bytes.length;
    await this.#writeAt(bytes, position);
  }

  /** Replaces bytes that were written before. */
  async replace(bytes: Uint8Array, position: number): Promise<void> {
    await this.#writeAt(bytes, position);
  }

  /** A write takes what there is room for, not always all. */
  async #writeAt(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }
}
