import type { Json } from '../json.js';

/** The kind of an output, which determines the type of its items. A `binary` output has no items. */
export type OutputKind =
  | 'text'
  | 'snippets'
  | 'sentiment'
  | 'ocr'
  | 'transcript'
  | 'captions'
  | 'fields'
  | 'labels'
  | 'json'
  | 'keywords'
  | 'vectors'
  | 'binary';

/** A page of a file's output. */
export interface FileOutputPage {
  /** The extension of the output, such as `.json`. */
  extension: string;
  /** The size of the whole output. */
  bytes: number;
  /** The SHA-256 digest of the output, in hexadecimal. */
  sha256: string;
  kind: OutputKind;
  /**
   * For `text`: strings, one per line. For `keywords`: `{ keyword, occurrences: { keyword, line_number, keyword_number }[] }`. For
   * `vectors`: `{ snippet, line_numbers }`, with repeated texts listed once. Otherwise: the elements of the output's JSON array, or
   * the whole value if it is not an array.
   */
  items: Json[];
  /** The number of matching items on all pages. */
  total: number;
  /** The `offset` of the next page; `null` on the last page. */
  nextOffset: number | null;
}
