/** The text of a module's input. */
export interface DocumentText {
  readonly text: string;
  /**
   * What separates the paragraphs of a converted document: line breaks or blank lines. Snippets end there, and have a bounded
   * length. Absent for plain text.
   */
  readonly paragraphs?: 'lines' | 'blank-lines';
}
