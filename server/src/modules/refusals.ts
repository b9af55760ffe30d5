import { RefusedTextError } from '../models/refused-text.js';
import type { Warn } from '../module-contract/module.js';

/** If the model refuses this many texts before it accepts one, the module fails, because the model probably refuses all texts. */
const maxRefusedFirst = 10;

/** Lets a run continue if a model refuses single texts, with a warning for each. */
export class Refusals {
  readonly #warn: Warn;
  #first: RefusedTextError | undefined;
  #refused = 0;
  #accepted = 0;

  constructor(warn: Warn) {
    this.#warn = warn;
  }

  /**
   * Calls `work` for a text that is not blank.
   *
   * @param consequence A sentence for the warning, such as `Item [3] is left out.`
   * @returns `undefined` if the model refused the text.
   * @throws The error of `work` if it is not a refusal, or the first refusal if the model has refused too many texts and accepted none.
   */
  async attempt<T>(consequence: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await work();
      this.#accepted += 1;
      return result;
    } catch (error) {
      if (!(error instanceof RefusedTextError)) throw error;
      this.#first ??= error;
      this.#refused += 1;
      if (this.#refused >= maxRefusedFirst) this.close();
      this.#warn({ code: 'text-refused', message: `${consequence} ${error.message}` });
      return undefined;
    }
  }

  /** Records that the model has accepted a text. */
  accept(): void {
    this.#accepted += 1;
  }

  /** @throws The first refusal, if the model has accepted no text. */
  close(): void {
    if (this.#first && this.#accepted === 0) throw this.#first;
  }
}
