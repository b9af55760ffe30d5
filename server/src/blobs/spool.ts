import type { FileHandle } from 'node:fs/promises';
import { maxSmallBlobBytes } from './small-blob-contents.js';

type Writer = Pick<FileHandle, 'writeFile'>;

/** Buffers up to {@link maxSmallBlobBytes} in memory. If there is more data, opens a file and writes all data to it. */
export class Spool implements Writer {
  readonly #open: () => Promise<Writer>;
  #chunks: Uint8Array[] | undefined = [];
  #bytes = 0;
  #file: Writer | undefined;

  constructor(open: () => Promise<Writer>) {
    this.#open = open;
  }

  /** The buffered content, or `undefined` if the data is in the file. */
  get content(): Buffer | undefined {
    return this.#chunks && Buffer.concat(this.#chunks);
  }

  async writeFile(data: unknown): Promise<void> {
    const chunk = data as Uint8Array;
    this.#bytes += chunk.byteLength;
    if (this.#chunks && this.#bytes <= maxSmallBlobBytes) {
      // copy the chunk, because the source may reuse its memory
      this.#chunks.push(Uint8Array.prototype.slice.call(chunk));
      return;
    }
    this.#file ??= await this.#open();
    for (const buffered of this.#chunks ?? []) await this.#file.writeFile(buffered);
    this.#chunks = undefined;
    await this.#file.writeFile(chunk);
  }
}
