/** What Tesseract read on a page. */
export interface Recognition {
  readonly text: string;
  /** A row for each word and each group of words, as the program's `tsv` output has them. */
  readonly tsv: string;
}
