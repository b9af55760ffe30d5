import { OpenCounts } from '../../system/open-counts.js';
import { ApiError } from '../api-error.js';

/** The maximum number of open `/v1/stream` connections per key. */
const maxPerKey = 100;

/** Counts the open event streams of each account on this server. */
export class OpenStreams {
  readonly #maxPerAccount: number;
  readonly #open = new OpenCounts();

  constructor(maxPerAccount: number) {
    this.#maxPerAccount = maxPerAccount;
  }

  /**
   * Counts a new stream of an account.
   *
   * @param advice The last part of the error message: how to solve the problem.
   * @returns A function that removes the stream from the count.
   * @throws `ApiError` `too_many_streams` if the account already has the maximum.
   */
  open(account: string, advice: string): () => void {
    return this.#count(account, this.#maxPerAccount, `of an account, got one more; ${advice}`);
  }

  /** Counts a new `/v1/stream` connection of a key and its account, like {@link open}. @throws `ApiError` `too_many_streams` */
  openLive(account: string, key: string): () => void {
    const leaveKey = this.#count(key, maxPerKey, 'of a key to /v1/stream, got one more; close some');
    try {
      const leaveAccount = this.open(account, 'close some');
      return () => {
        leaveKey();
        leaveAccount();
      };
    } catch (error) {
      leaveKey();
      throw error;
    }
  }

  #count(owner: string, max: number, problem: string): () => void {
    const leave = this.#open.take(owner, max);
    if (leave) return leave;
    throw new ApiError(429, 'too_many_streams', `Expected at most ${max} open event streams ${problem}`);
  }
}
