/** An occurrence of a word in the text. */
export interface Occurrence {
    /** The word as it appears in the text, in lower case. */
    readonly keyword: string;
    /** 1-based line number. */
    readonly line_number: number;
    /** 1-based position of the word in the line. */
    readonly keyword_number: number;
}
/** All occurrences, in one file, of the words that share a stem, in the format stored for search. */
export interface Posting {
    readonly stem: string;
    /** The stem's lookup key. See `foldOf`. */
    readonly fold: string;
    /**
     * The space-separated words, followed by `|` and the space-separated occurrences in text order. Each occurrence
     * consists of three base-36 numbers separated by full stops: the number of lines since the previous occurrence (empty for 0),
     * the position in the line, and the index of the word (omitted for the first word). Example: `enemy enemies|1q.3 .5 4b.2.1`.
     */
    readonly occurrences: string;
}
/** Packs a stem's occurrences, which must be added in text order. */
export declare class OccurrencePacker {
    #private;
    add(word: string, line: number, number: number): void;
    toString(): string;
}
/** Unpacks the occurrences in a {@link Posting}. */
export declare function unpackOccurrences(packed: string): Occurrence[];
