import type { Json } from '../json.js';

/**
 * The kind of an output's items: `text` has lines; `snippets`, `sentiment`, `ocr`, `transcript`, `captions`, `fields`, `labels` and
 * `json` have the objects of the file; `keywords` has words with their positions; `vectors` has the embedded texts. `binary` has no
 * items.
 */
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

/** A part of a file's output. */
export interface FileOutputPage {
  /** The extension of the output, such as `.json`. */
  extension: string;
  bytes: number;
  /** The SHA-256 digest of the output, in hexadecimal. */
  sha256: string;
  kind: OutputKind;
  /**
   * For `text` strings, one for each line. For `keywords` `{ keyword, occurrences: { keyword, line_number, keyword_number }[] }`. For
   * `vectors` `{ snippet, line_numbers }`, a repeated text once. Otherwise the items of the output's JSON list.
   */
  items: Json[];
  /** The number of items that match. */
  total: number;
  /** The `offset` of the next page; `null` on the last page. */
  nextOffset: number | null;
}
