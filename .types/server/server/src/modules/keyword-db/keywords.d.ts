/** A word and its position in the text. */
interface Keyword {
    /** The word as it appears in the text, in lower case. */
    readonly word: string;
    /** 1-based line number. */
    readonly line: number;
    /** 1-based position, within the line, of the whitespace-separated token that contains the word. */
    readonly number: number;
}
/** Yields all words in the text, in order, except stop words. */
export declare function keywordsOf(text: string): Generator<Keyword>;
export {};
