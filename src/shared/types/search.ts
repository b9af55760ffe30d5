import type { RequestOptions } from './client-options.js';
import type { FileFilter } from './files/file-record.js';
import type { Rows } from './rows.js';

/** Options for a keyword search. They select the files to search. */
export interface KeywordSearchOptions extends FileFilter, RequestOptions {}

/** Options for a semantic search. They select the files to search and the number of snippets to return. */
export interface SemanticSearchOptions extends Omit<FileFilter, 'sortOrder'>, RequestOptions {
  /** Maximum number of snippets per file, starting with the nearest. @default 5 */
  k?: number | undefined;
  /** The order of the files, by creation time. `global` returns one item per hit, nearest first across all files. @default 'descending' */
  sortOrder?: 'ascending' | 'descending' | 'global' | undefined;
}

/** Options for one page of a keyword search. They select the files to search and the page to return. */
export interface KeywordPageOptions extends Omit<FileFilter, 'sortOrder' | 'maxFiles'>, RequestOptions {
  /** Maximum number of hits per page, up to 10,000. @default 1000 */
  limit?: number | undefined;
  /** The previous page's `nextCursor`. */
  cursor?: string | undefined;
}

/** A file with search hits. */
export interface SearchedFile {
  fileId: string;
  fileName: string;
  symbolicDirectoryPath: string;
  symbolicFilePath: string;
  fileTags: Record<string, string>[];
  createdAt: Date;
  lastUpdated: Date;
  /** The number of lines in the file's text; `null` in a semantic search. */
  numLines: number | null;
  /** The number of vectors in the file's index; `null` in a keyword search. */
  numVectors: number | null;
  /** The model that embedded the file's texts and the query; `null` except in a semantic search on a Millrace server. */
  model: string | null;
}

/** The result of a search. `toRows()` returns one row per hit. */
export interface SearchResult<H> extends Rows<H extends SemanticHit ? SemanticRow : KeywordRow> {
  requestId: string;
  /** The files with at least one hit; with `sortOrder: 'global'`, one item per hit. */
  items: { file: SearchedFile; hits: H[] }[];
  /** The server's warnings, for example about stop words, files without hits, or filter values that matched no files. */
  warnings: string[];
}

/** A page of a keyword search. `toRows()` returns one row per hit. */
export interface KeywordPage extends Rows<KeywordRow> {
  /** The files with hits, newest first. If a file's hits continue on the next page, the file has an item on both pages. */
  items: { file: SearchedFile; hits: KeywordHit[] }[];
  /** The server's warnings about stop words and filter values that matched no files. Only the first page has warnings. */
  warnings: string[];
  /** The `cursor` of the next page; `null` on the last page. */
  nextCursor: string | null;
}

/** An occurrence of one of the query's words. */
export interface KeywordHit {
  /** The matching word in the text, in lower case. For the query `country`, this can be `countries`. */
  keyword: string;
  /** The 1-based line number. */
  lineNumber: number;
  /** The word's 1-based position in its line, counted in whitespace-separated tokens. */
  keywordNumber: number;
}

/** A snippet that is close in meaning to the query. */
export interface SemanticHit {
  snippet: string;
  /** The distance from the query, from 0 (nearest) to 1 (farthest). On a Millrace server, half the cosine distance. */
  distance: number;
  /** The snippet's 1-based line numbers; empty if the snippet has no line numbers. */
  lineNumbers: number[];
}

/** The fields that identify the file of a search hit. */
interface HitFile {
  fileId: string;
  fileName: string;
  symbolicFilePath: string;
}

/** A hit of a keyword search as a flat row, for tables. */
export interface KeywordRow extends HitFile {
  keyword: string;
  lineNumber: number;
  keywordNumber: number;
}

/** A hit of a semantic search as a flat row, for tables. */
export interface SemanticRow extends HitFile {
  snippet: string;
  distance: number;
  /** The first and last of the snippet's 1-based line numbers; `null` if the snippet has no line numbers. */
  firstLine: number | null;
  lastLine: number | null;
}
