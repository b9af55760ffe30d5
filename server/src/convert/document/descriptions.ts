import type { Warn } from '../../module-contract/module.js';

/** Minimum total length of descriptions to warn about, as a fraction of the text's length. Those of a few icons are shorter. */
const warningThreshold = 0.03;

/** Counts the picture descriptions that are left out of the text, and adds up their lengths. */
export class OmittedDescriptions {
  #count = 0;
  #length = 0;

  add(description: string): void {
    const { length } = description.trim();
    if (length === 0) return;
    this.#count++;
    this.#length += length;
  }

  /** Warns if the descriptions are long relative to the text. */
  warnIfLong(textLength: number, warn: Warn): void {
    if (this.#length === 0 || this.#length < warningThreshold * textLength) return;
    const message =
      this.#count === 1
        ? 'The description of a picture was left out. If it is important, add it to the text.'
        : `The descriptions of ${this.#count} pictures were left out. Add the important ones to the text.`;
    warn({ code: 'descriptions-left-out', message });
  }
}
