import type { Warn } from '../../module-contract/module.js';

/** Minimum length of descriptions to warn about, as a share of the text. In long texts, those of icons and badges stay below it. */
const minShare = 0.03;

/** Counts the descriptions of pictures that are left out of the text. */
export class Descriptions {
  #count = 0;
  #length = 0;

  add(description: string): void {
    const { length } = description.trim();
    if (length === 0) return;
    this.#count++;
    this.#length += length;
  }

  /** Warns if the descriptions are long in relation to the text. */
  warnIfLong(textLength: number, warn: Warn): void {
    if (this.#length === 0 || this.#length < minShare * textLength) return;
    const what =
      this.#count === 1 ? 'The description of a picture was' : `The descriptions of ${this.#count} pictures were`;
    warn({ code: 'descriptions-left-out', message: `${what} left out. Write what matters into the text.` });
  }
}
