import { formatValue } from 'millrace/shared/rules/format-value.js';
import { ModuleError } from '../module-contract/module.js';

/** Thrown if a model refuses a text, or returns nothing usable for it. The model may accept other texts. */
export class RefusedTextError extends ModuleError {
  /** Whether the text is too long for the model's context. The model may accept a shorter text. */
  readonly isTooLong: boolean;

  constructor(message: string, isTooLong = false) {
    super(message);
    this.isTooLong = isTooLong;
  }

  /** Returns a copy of the error whose message includes the beginning of the text. */
  withExcerpt(text: string): RefusedTextError {
    return new RefusedTextError(`${this.message} The text begins with ${formatValue(text)}.`, this.isTooLong);
  }
}
