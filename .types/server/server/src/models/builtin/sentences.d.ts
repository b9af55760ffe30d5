/**
 * Splits text in any language into sentences. Each sentence is on one line and contains a letter or digit. This is less accurate
 * than the `parser` module, which handles one language at a time, but good enough for selecting sentences.
 */
export declare function sentencesOf(text: string): Generator<string>;
