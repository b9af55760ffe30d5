/** A piece of a text. */
export interface Snippet {
  readonly snippet: string;
  /** 1-based, ascending. */
  readonly lines: readonly number[];
  /** Where in the text it ends. */
  readonly end: number;
}
