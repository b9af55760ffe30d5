/** The text of a document that a module processes. */
export interface DocumentText {
  readonly text: string;
  /**
   * The separator of the paragraphs in a converted document, or the offset at which each paragraph starts. Absent if the paragraphs are
   * unknown, as in plain text. A snippet never extends beyond the end of a paragraph.
   */
  readonly paragraphs?: Paragraphs;
  /** The ranges of the text that were read by OCR, in ascending order. */
  readonly ocr?: readonly OcrRange[];
  /** Every page or slide, in order, including those without text. Absent if the document has no pages. */
  readonly pages?: readonly PageRange[];
}

/** The range of a page's text, as offsets. `end` is exclusive. */
export interface PageRange {
  readonly start: number;
  readonly end: number;
  /** Whether the page has content that is not in the text, such as pictures. */
  readonly isUnread?: true;
}

/** The range of a text that was read by OCR, as offsets. `end` is exclusive. */
export interface OcrRange {
  readonly start: number;
  readonly end: number;
  /** The mean confidence, from 0 to 1. */
  readonly confidence: number;
}

export type Paragraphs = 'lines' | 'blank-lines' | readonly number[];
