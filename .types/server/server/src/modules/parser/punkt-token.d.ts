/** Characters that end a word, as in NLTK 3.8, which treats curly quotes as ordinary characters. */
export declare const wordEnds = ")\";}\\]*:@'({[?!";
/** A word or punctuation mark, with the properties that Punkt uses. */
export interface PunktToken {
    readonly text: string;
    /** The word in lower case, or `##number##` for any number. */
    readonly type: string;
    readonly endsInPeriod: boolean;
    readonly isInitial: boolean;
    readonly isEllipsis: boolean;
    readonly firstCase: 'upper' | 'lower' | 'none';
}
/** Splits text into tokens. A period stays attached to the preceding word. */
export declare function punktTokens(text: string): PunktToken[];
/** Returns a token's type without its final period. */
export declare function withoutPeriod(type: string): string;
