import type { Json } from '../json.js';

/** The kind of an output, which determines the type of its items. */
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
  /** The size of the whole output, in bytes. */
  bytes: number;
  /** The SHA-256 of the whole output, in hexadecimal. */
  sha256: string;
  kind: OutputKind;
  /**
   * The items on the page.
   *
   * - `text`: strings, one per line.
   * - `keywords`: `{ keyword, occurrences: { keyword, line_number, keyword_number }[] }`.
   * - `vectors`: `{ snippet, line_numbers }`, one for each distinct snippet; empty unless the last two modules are `text-embedder` and
   *   `vector-db`.
   * - `binary`: always empty.
   * - Any other kind: the elements of the output's JSON array, or the whole value if it is not an array.
   */
  items: Json[];
  /** The number of items on all pages. With `search`, only matching items are counted. */
  total: number;
  /** The `offset` of the next page; `null` on the last page. */
  nextOffset: number | null;
}
