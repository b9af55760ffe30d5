import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ModuleError, type ModuleContext } from '../module-contract/module.js';

/** Characters that are collected before they are written. */
const bufferedLength = 262_144;

/** A module's output file in the making: written in large pieces, and never larger than the limit. */
export class OutputFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #maxBytes: number;
  #parts: string[] = [];
  #length = 0;
  #bytes = 0;

  private constructor(path: string, handle: FileHandle, maxBytes: number) {
    this.path = path;
    this.#handle = handle;
    this.#maxBytes = maxBytes;
  }

  /**
   * Creates the file in the scratch directory, hands it to `work`, and closes it in any case.
   *
   * @throws `ModuleError` when more is written than the limit allows.
   */
  static async write(
    name: string,
    context: Pick<ModuleContext, 'scratch' | 'limits'>,
    work: (file: OutputFile) => Promise<void>,
  ): Promise<string> {
    const path = join(context.scratch, name);
    const file = new OutputFile(path, await open(path, 'w'), context.limits.maxOutputBytes);
    try {
      await work(file);
      await file.#flush();
    } finally {
      await file.#handle.close();
    }
    return path;
  }

  /** Resolves when there is room for more; `undefined` when there is already. */
  write(text: string): Promise<void> | undefined {
    this.#parts.push(text);
    this.#length += text.length;
    return this.#length >= bufferedLength ? this.#flush() : undefined;
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#parts.join(''), 'utf8');
    this.#parts = [];
    this.#length = 0;
    this.#bytes += bytes.length;
    if (this.#bytes > this.#maxBytes) throw outputTooLarge(this.#maxBytes);
    await this.#handle.writeFile(bytes);
  }
}

/** The failure of a module whose output grows beyond the limit. */
export function outputTooLarge(maxBytes: number): ModuleError {
  return new ModuleError(
    `Expected the output to have at most ${maxBytes} bytes, got more. Send a smaller file, or raise the server's limit.`,
  );
}
