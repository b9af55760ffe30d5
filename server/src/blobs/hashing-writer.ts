import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

type Writer = Pick<FileHandle, 'writeFile'>;

/** Forwards data to a writer, and computes the SHA-256 digest of the data. */
export class HashingWriter implements Writer {
  readonly #target: Writer;
  readonly #hash = createHash('sha256');

  constructor(target: Writer) {
    this.#target = target;
  }

  /** Returns the digest of all written data, in hexadecimal. Can be called only once, after the last write. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  async writeFile(data: unknown): Promise<void> {
    this.#hash.update(data as Uint8Array);
    await this.#target.writeFile(data as Uint8Array);
  }
}
