/** One argument that is not as it must be. */
export interface Issue {
  /** Where it is, for example `['fileTags', 2]`. */
  path: (string | number)[];
  /** A sentence: what was expected, and what was given. */
  message: string;
}
