/** The text of a module's input. */
export interface DocumentText {
  readonly text: string;
  /**
   * How the paragraphs of a converted document are separated: by line breaks, by blank lines, or at the given start offsets. Snippets
   * end at the end of a paragraph, and have at most 1 000 characters. Absent for plain text.
   */
  readonly paragraphs?: Paragraphs;
  /** The parts of the text that were read by OCR, in ascending order. */
  readonly ocr?: readonly OcrRange[];
  /** Every page or slide, in order, including those without text. Absent if the document has no pages. */
  readonly pages?: readonly PageRange[];
}

/** The text of a page, as offsets. `end` is exclusive. */
export interface PageRange {
  readonly start: number;
  readonly end: number;
  /** Whether the page has content that was not read. */
  readonly isUnread?: true;
}

/** A part of the text, as offsets. `end` is exclusive. */
export interface OcrRange {
  readonly start: number;
  readonly end: number;
  /** From 0 to 1. */
  readonly confidence: number;
}

export type Paragraphs = 'lines' | 'blank-lines' | readonly number[];
