import { createHash } from 'node:crypto';
import { IntegrityError } from '../../errors/response-error.js';

/** The expected size and checksum of a file's content; `undefined` if unknown. */
export interface ExpectedContent {
  /** The size in bytes. */
  readonly length: number | undefined;
  /** The SHA-256 checksum, base64-encoded. */
  readonly sha256: string | undefined;
}

/** Computes the size and checksum of a download, and compares them with the expected values. */
export class ContentCheck {
  readonly #label: string;
  readonly #hash = createHash('sha256');
  #length = 0;

  /** @param label Describes the content in error messages. */
  constructor(label: string) {
    this.#label = label;
  }

  /** The number of bytes added so far. */
  get length(): number {
    return this.#length;
  }

  add(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#length += chunk.length;
  }

  /** Returns the size and checksum of the content. @throws `IntegrityError` if either differs from the expected value. */
  verify({ length, sha256 }: ExpectedContent): { length: number; sha256: string } {
    const actual = { length: this.#length, sha256: this.#hash.digest('base64') };
    const fail = (mismatch: string): never => {
      throw new IntegrityError(`Expected ${this.#label} to have ${mismatch}. The download was discarded.`, {
        retryable: true,
      });
    };
    if (length !== undefined && length !== actual.length) fail(`${length} bytes, got ${actual.length}`);
    if (sha256 !== undefined && sha256 !== actual.sha256) {
      fail(`the server's SHA-256 (${sha256}), got ${actual.sha256}`);
    }
    return actual;
  }
}
