import { RefusedTextError } from '../models/refused-text.js';
import type { Warn } from '../module-contract/module.js';

/** If a model refuses this many texts and accepts none, the module fails, because the model probably refuses all texts. */
const maxInitialRefusals = 10;

/** Turns refusals of single texts into warnings. If the model refuses all texts, the module fails. */
export class Refusals {
  readonly #warn: Warn;
  #firstRefusal: RefusedTextError | undefined;
  #refusedCount = 0;
  #acceptedCount = 0;

  constructor(warn: Warn) {
    this.#warn = warn;
  }

  /**
   * Calls `work` for a text that is not blank.
   *
   * @param consequence A sentence for the warning, such as `Item [3] is left out.`
   * @returns The result, or `undefined` if the model refused the text.
   * @throws The error of `work` if it is not a refusal; the first refusal if the model has refused too many texts and accepted none.
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
      if (this.#refusedCount >= maxInitialRefusals) this.assertSomeAccepted();
      this.#warn({ code: 'text-refused', message: `${consequence} ${error.message}` });
      return undefined;
    }
  }

  /** Records that the model accepted a text. */
  accept(): void {
    this.#acceptedCount += 1;
  }

  /** @throws The first refusal if the model has refused texts and accepted none. */
  assertSomeAccepted(): void {
    if (this.#firstRefusal && this.#acceptedCount === 0) throw this.#firstRefusal;
  }
}
