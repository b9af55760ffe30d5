/** The text of a document that a module processes. */
export interface DocumentText {
  readonly text: string;
  /**
   * `lines` if each line is a paragraph, `blank-lines` if blank lines separate the paragraphs, or the start offset of each paragraph.
   * Absent if the paragraphs are unknown, as in a `.txt` file. A snippet never extends beyond the end of a paragraph.
   */
  readonly paragraphs?: Paragraphs;
  /** The ranges of the text that were read by OCR, in ascending order. */
  readonly ocr?: readonly OcrRange[];
  /** Every page or slide, in order, including those without text. Absent if the pages are unknown, as in a DOCX document. */
  readonly pages?: readonly PageRange[];
}

/** The range of a page's text, as offsets. `end` is exclusive. */
export interface PageRange {
  readonly start: number;
  readonly end: number;
  /** Whether the page has content that is not in the text, such as pictures. */
  readonly hasUnreadContent?: true;
}

/** A range of the text that was read by OCR, as offsets. `end` is exclusive. */
export interface OcrRange {
  readonly start: number;
  readonly end: number;
  /** The mean confidence of the OCR engine, from 0 to 1. */
  readonly confidence: number;
}

export type Paragraphs = 'lines' | 'blank-lines' | readonly number[];
