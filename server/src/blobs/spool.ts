import type { FileHandle } from 'node:fs/promises';
import { smallBytes } from './small-contents.js';

type Writer = Pick<FileHandle, 'writeFile'>;

/** Keeps a small content in memory, and writes a larger one to a file, which is opened only then. */
export class Spool implements Writer {
  readonly #open: () => Promise<Writer>;
  #chunks: Uint8Array[] | undefined = [];
  #bytes = 0;
  #file: Writer | undefined;

  constructor(open: () => Promise<Writer>) {
    this.#open = open;
  }

  /** The content, or `undefined` if it is in the file. */
  get content(): Buffer | undefined {
    return this.#chunks && Buffer.concat(this.#chunks);
  }

  async writeFile(data: unknown): Promise<void> {
    const chunk = data as Uint8Array;
    this.#bytes += chunk.byteLength;
    if (this.#chunks && this.#bytes <= smallBytes) {
      // the source may reuse its memory
      this.#chunks.push(Uint8Array.prototype.slice.call(chunk));
      return;
    }
    this.#file ??= await this.#open();
    for (const kept of this.#chunks ?? []) await this.#file.writeFile(kept);
    this.#chunks = undefined;
    await this.#file.writeFile(chunk);
  }
}
