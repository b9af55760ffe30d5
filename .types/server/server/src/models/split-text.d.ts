/**
 * Splits a text into pieces that fit a model's window. It splits at sentence ends if possible, otherwise between words, and
 * within a word only if that word alone is too long. Concatenating the pieces yields the original text.
 *
 * @param size Measures a text in the same unit as `max`.
 */
export declare function splitText(text: string, max: number, size: (text: string) => number): string[];
