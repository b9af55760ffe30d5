import { createHash } from 'node:crypto';
import { IntegrityError } from '../../errors/response-error.js';

/** The size and checksum announced by the server. */
export interface ExpectedContent {
  readonly length: number | undefined;
  /** The SHA-256 checksum, base64-encoded. */
  readonly sha256: string | undefined;
}

/** Checks a download against the announced size and checksum. */
export class ContentCheck {
  readonly #what: string;
  readonly #hash = createHash('sha256');
  #length = 0;

  /** @param what The downloaded file, phrased to follow "Expected". */
  constructor(what: string) {
    this.#what = what;
  }

  /** Number of bytes so far. */
  get length(): number {
    return this.#length;
  }

  add(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#length += chunk.length;
  }

  /** @returns The size and checksum of the whole content. @throws `IntegrityError` */
  end({ length, sha256 }: ExpectedContent): { length: number; sha256: string } {
    const actual = { length: this.#length, sha256: this.#hash.digest('base64') };
    const fail = (difference: string): never => {
      throw new IntegrityError(`Expected ${this.#what} to have ${difference}. The download was discarded.`, {
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
