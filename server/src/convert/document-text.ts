/** The text of a module's input. */
export interface DocumentText {
  readonly text: string;
  /**
   * What separates the paragraphs of a converted document: line breaks, blank lines, or the offsets where the paragraphs start.
   * Snippets end there, and have at most 1 000 characters. Absent for plain text.
   */
  readonly paragraphs?: Paragraphs;
  /** The parts of the text that were read by OCR, in ascending order. */
  readonly ocr?: readonly OcrRange[];
  /** Each page or slide, in order, also those without text. Absent if the document has no pages. */
  readonly pages?: readonly PageRange[];
}

/** The text of a page, as offsets. `end` is exclusive. */
export interface PageRange {
  readonly start: number;
  readonly end: number;
  /** Whether the page has something on it that was not read. */
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
