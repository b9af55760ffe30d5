import type { Warn } from '../../module-contract/module.js';

/** From this share of the text on, the descriptions of pictures are worth a warning. Those of icons and badges stay below it in long texts. */
const minShare = 0.03;

/** Counts the descriptions of pictures, which are left out. */
export class Descriptions {
  #count = 0;
  #length = 0;

  add(description: string): void {
    const { length } = description.trim();
    if (length === 0) return;
    this.#count++;
    this.#length += length;
  }

  /** Warns if the descriptions are long, compared with the text. */
  warnBeside(textLength: number, warn: Warn): void {
    if (this.#length === 0 || this.#length < minShare * textLength) return;
    const what =
      this.#count === 1 ? 'The description of a picture was' : `The descriptions of ${this.#count} pictures were`;
    warn({ code: 'descriptions-left-out', message: `${what} left out. Write what matters into the text.` });
  }
}
