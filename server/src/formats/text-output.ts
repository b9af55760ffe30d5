import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModuleContext } from '../module-contract/module.js';
import { createOutputTooLargeError } from './output-limits.js';

/** Number of characters to buffer before each write. */
const flushThreshold = 262_144;

/** A text output of a module, with a size limit. Buffers text to write it in large blocks. */
export class TextOutput {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #maxBytes: number;
  #parts: string[] = [];
  #bufferedLength = 0;
  #writtenBytes = 0;

  private constructor(path: string, handle: FileHandle, maxBytes: number) {
    this.path = path;
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
    work: (file: TextOutput) => Promise<void>,
  ): Promise<string> {
    const path = join(context.scratch, name);
    const file = new TextOutput(path, await open(path, 'w'), context.limits.maxOutputBytes);
    try {
      await work(file);
      await file.#flush();
    } finally {
      await file.#handle.close();
    }
    return path;
  }

  /** Adds text. Returns a promise if the caller must wait for a write, and `undefined` otherwise. */
  write(text: string): Promise<void> | undefined {
    this.#parts.push(text);
    this.#bufferedLength += text.length;
    return this.#bufferedLength >= flushThreshold ? this.#flush() : undefined;
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#parts.join(''), 'utf8');
    this.#parts = [];
    this.#bufferedLength = 0;
    this.#writtenBytes += bytes.length;
    if (this.#writtenBytes > this.#maxBytes) throw createOutputTooLargeError(this.#maxBytes);
    await this.#handle.writeFile(bytes);
  }
}
