import type { FixedParams } from './fixed-params.js';
/** A section of the text. */
export interface Snippet {
    readonly snippet: string;
    /** 1-based line numbers, in ascending order. */
    readonly lines: readonly number[];
    /** The offset in the text where the snippet ends. */
    readonly end: number;
}
/** Implements the `sentence` model, which yields every sentence unchanged, with its line numbers. */
export declare function sentenceSnippets(text: string, language: string): Generator<Snippet>;
/**
 * Implements the `fixed` model, which yields `chunkSize`-word snippets. Each repeats the previous one's last `overlapSize` words.
 */
export declare function fixedSnippets(text: string, { chunkSize, overlapSize }: FixedParams): Generator<Snippet>;
