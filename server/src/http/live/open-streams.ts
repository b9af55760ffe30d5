import { OpenItemCounter } from '../../system/open-item-counter.js';
import { ApiError } from '../api-error.js';

/** The maximum number of open `/v1/stream` connections per key. */
const maxPerKey = 100;

/** Limits the number of open event streams per account, and of open `/v1/stream` connections per key, on this server. */
export class OpenStreams {
  readonly #maxPerAccount: number;
  readonly #counts = new OpenItemCounter();

  constructor(maxPerAccount: number) {
    this.#maxPerAccount = maxPerAccount;
  }

  /**
   * Counts a new stream of an account.
   *
   * @param advice The end of the error message, which says how to solve the problem.
   * @returns A function that removes the stream from the count.
   * @throws `ApiError` `too_many_streams` if the account already has the maximum number of streams.
   */
  acquire(account: string, advice: string): () => void {
    const max = this.#maxPerAccount;
    return this.#count(
      account,
      max,
      `Expected an account to have at most ${max} open event streams, got one more. ${advice}`,
    );
  }

  /**
   * Counts a new `/v1/stream` connection for both the key and the account.
   *
   * @returns A function that removes the connection from both counts.
   * @throws `ApiError` `too_many_streams` if the key or the account already has the maximum number of streams.
   */
  acquireLive(account: string, keyId: string): () => void {
    const message = `Expected a key to have at most ${maxPerKey} open connections to /v1/stream, got one more. Close some.`;
    const releaseKey = this.#count(keyId, maxPerKey, message);
    try {
      const releaseAccount = this.acquire(account, 'Close some.');
      return () => {
        releaseKey();
        releaseAccount();
      };
    } catch (error) {
      releaseKey();
      throw error;
    }
  }

  #count(owner: string, max: number, message: string): () => void {
    const release = this.#counts.tryAdd(owner, max);
    if (release) return release;
    throw new ApiError(429, 'too_many_streams', message);
  }
}
