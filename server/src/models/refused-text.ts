import { showValue } from 'millrace/shared/rules/show-value.js';
import { ModuleError } from '../module-contract/module.js';

/** Thrown when a model refuses one text, or returns nothing usable for it. It may accept other texts. */
export class RefusedTextError extends ModuleError {
  /** Whether the text has more tokens than the model's context, so that the model may accept its halves. */
  readonly isTooLong: boolean;

  constructor(message: string, isTooLong = false) {
    super(message);
    this.isTooLong = isTooLong;
  }

  /** Returns a copy of the error whose message contains the beginning of the text. */
  about(text: string): RefusedTextError {
    return new RefusedTextError(`${this.message} The text begins with ${showValue(text)}.`, this.isTooLong);
  }
}
