import type { RequestOptions } from './client-options.js';
import type { FileFilter } from './file-record.js';

/** The options of a keyword search: the files to search. */
export interface KeywordSearchOptions extends FileFilter, RequestOptions {}

/** The options of a semantic search: the files to search, and how many snippets to return. */
export interface SemanticSearchOptions extends Omit<FileFilter, 'sortOrder'>, RequestOptions {
  /** The maximum number of snippets for each file, the nearest first. @default 5 */
  k?: number | undefined;
  /** `global` returns one item for each hit, the nearest of all files first. @default 'descending' */
  sortOrder?: 'ascending' | 'descending' | 'global' | undefined;
}

/** The file of search hits. */
export interface SearchedFile {
  fileId: string;
  fileName: string;
  symbolicDirectoryPath: string;
  symbolicFilePath: string;
  fileTags: Record<string, string>[];
  createdAt: Date;
  lastUpdated: Date;
  /** The number of lines in the text, in a keyword search. */
  numLines: number | null;
  /** The number of vectors in the index, in a semantic search. */
  numVectors: number | null;
}

/** The files with at least one hit. */
export interface SearchResult<H> {
  requestId: string;
  items: { file: SearchedFile; hits: H[] }[];
  /** The server's warnings: arguments that matched nothing, stop words, files without a hit. */
  warnings: string[];
}

/** One occurrence of a word of the query. */
export interface KeywordHit {
  /** The word in the text, in lower case: the query `country` finds `countries`. */
  keyword: string;
  /** 1-based. */
  lineNumber: number;
  /** 1-based position among the line's words. */
  keywordNumber: number;
}

/** A snippet whose meaning is near to the query. */
export interface SemanticHit {
  snippet: string;
  /** 0 for the same meaning, 1 for the opposite. */
  distance: number;
  /** The lines of the snippet, 1-based; empty when the snippets have no line numbers. */
  lineNumbers: number[];
}
