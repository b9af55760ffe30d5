import type { RequestOptions } from './client-options.js';
import type { FileFilter } from './file-record.js';

/** Which files a keyword search looks into. */
export interface KeywordSearchOptions extends FileFilter, RequestOptions {}

/** Which files a search by meaning looks into, and how much it finds. */
export interface SemanticSearchOptions extends Omit<FileFilter, 'sortOrder'>, RequestOptions {
  /** How many snippets of each file, nearest first. @default 5 */
  k?: number | undefined;
  /** `global`: one item for each hit, nearest first over all files. @default 'descending' */
  sortOrder?: 'ascending' | 'descending' | 'global' | undefined;
}

/** What a search knows of a file. */
export interface SearchedFile {
  fileId: string;
  fileName: string;
  symbolicDirectoryPath: string;
  symbolicFilePath: string;
  fileTags: Record<string, string>[];
  createdAt: Date;
  lastUpdated: Date;
  /** Lines of the text, in a keyword search. */
  numLines: number | null;
  /** Vectors in the index, in a semantic search. */
  numVectors: number | null;
}

/** Files with at least one hit. */
export interface SearchResult<H> {
  requestId: string;
  items: { file: SearchedFile; hits: H[] }[];
  /** Arguments that matched nothing, stop words, files without a hit: in the server's words. */
  warnings: string[];
}

/** One occurrence of a word of the query. */
export interface KeywordHit {
  /** As it stands in the text, in lower case: the query `country` finds `countries`. */
  keyword: string;
  /** 1-based. */
  lineNumber: number;
  /** 1-based position among the line's words. */
  keywordNumber: number;
}

/** A snippet that is near to the query in meaning. */
export interface SemanticHit {
  snippet: string;
  /** 0 is the same, 1 the opposite. */
  distance: number;
  /** 1-based; empty when the snippets had none. */
  lineNumbers: number[];
}
