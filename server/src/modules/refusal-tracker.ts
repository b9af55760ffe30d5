import { RefusedTextError } from '../models/refused-text.js';
import type { Warn } from '../module-contract/module.js';

/** After this many refusals without an accepted text, the module fails, because the model probably refuses all texts. */
const initialRefusalLimit = 10;

/** Turns refusals of individual texts into warnings, but makes the module fail if the model refuses all texts. */
export class RefusalTracker {
  readonly #warn: Warn;
  #firstRefusal: RefusedTextError | undefined;
  #refusedCount = 0;
  #acceptedCount = 0;

  constructor(warn: Warn) {
    this.#warn = warn;
  }

  /**
   * Calls `work`, which processes one text. If the model refuses the text, adds a warning.
   *
   * @param consequence The first sentence of the warning, which states the effect of a refusal, such as `Item [3] was left out.`
   * @returns The result of `work`, or `undefined` if the model refused the text.
   * @throws The error of `work` if it is not a refusal; the first refusal if the model has refused {@link initialRefusalLimit} texts and
   *   accepted none.
   */
  async attempt<T>(consequence: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await work();
      this.#acceptedCount += 1;
      return result;
    } catch (error) {
      if (!(error instanceof RefusedTextError)) throw error;
      this.#firstRefusal ??= error;
      this.#refusedCount += 1;
      if (this.#refusedCount >= initialRefusalLimit) this.assertNotAllRefused();
      this.#warn({ code: 'text-refused', message: `${consequence} ${error.message}` });
      return undefined;
    }
  }

  recordAcceptance(): void {
    this.#acceptedCount += 1;
  }

  /** @throws The first refusal if the model has refused texts and accepted none. */
  assertNotAllRefused(): void {
    if (this.#firstRefusal && this.#acceptedCount === 0) throw this.#firstRefusal;
  }
}
