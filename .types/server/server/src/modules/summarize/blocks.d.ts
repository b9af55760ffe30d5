/** Splits text into blocks of two paragraphs, to be summarised separately. Paragraphs are separated by blank lines. */
export declare function blocksOf(text: string): string[];
/** Wraps a summary at twelve words per line. */
export declare function wrap(summary: string): string;
