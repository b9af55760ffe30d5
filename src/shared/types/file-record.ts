import type { RequestOptions } from './client-options.js';
import type { FileMetadata, FileTag } from './file-input.js';
import type { Json } from './json.js';

/**
 * Selects files: those that match any entry of any of the metadata fields. The four times limit the selection further.
 */
export interface FileFilter {
  fileIds?: readonly string[] | undefined;
  /** A `*` at the start or the end matches any text: `report*`, `*.txt`. */
  fileNames?: readonly string[] | undefined;
  /** A `*` at the end matches any text: `/novels*`, `/*`. */
  symbolicDirectoryPaths?: readonly string[] | undefined;
  symbolicFilePaths?: readonly string[] | undefined;
  /** The value `*` matches any value: `{ author: '*' }`. */
  fileTags?: readonly FileTag[] | undefined;
  /** A `Date`, `YYYY-MM-DD` (its first second) or `YYYY-MM-DD HH:MM:SS`, in UTC, inclusive. */
  createdAtStart?: Date | string | undefined;
  /** A `Date`, `YYYY-MM-DD` (its last second) or `YYYY-MM-DD HH:MM:SS`, in UTC, inclusive. */
  createdAtEnd?: Date | string | undefined;
  lastUpdatedStart?: Date | string | undefined;
  lastUpdatedEnd?: Date | string | undefined;
  /** The maximum number of files: the newest of those that match. @default 1000 */
  maxFiles?: number | undefined;
  /** The order of the files by creation time. @default 'descending' */
  sortOrder?: 'ascending' | 'descending' | undefined;
}

/** The record of a processed file. */
export interface FileRecord {
  fileId: string;
  /** The id of the run that processed the file. */
  requestId: string;
  fileName: string;
  symbolicDirectoryPath: string;
  symbolicFilePath: string;
  fileTags: Record<string, string>[];
  fileDescription: string;
  createdAt: Date;
  lastUpdated: Date;
  expiresAt: Date | null;
  /** The model of each module by position (`module_1`, …), unchanged from the server's response. */
  modules: Record<string, Json>;
  /** The extension and the number of lines, vectors or snippets of each module's output, unchanged from the server's response. */
  modulesData: Record<string, Json>;
}

/** The record of a file with its pipeline and its state, which lists do not contain. */
export interface PipelineFile extends FileRecord {
  /** The name of the pipeline that the file belongs to. */
  pipeline: string;
  /** Lists and searches return only files that are `ready`. */
  state: 'processing' | 'ready' | 'failed';
}

/** The metadata to change. Other fields stay. `fileTags` replaces all tags. A new `expireTime` counts from now. */
export type FileChanges = FileMetadata;

/** The files that a filter selects. Iterating over it returns the items. */
export interface FilePage extends AsyncIterable<FileRecord> {
  readonly items: FileRecord[];
  readonly requestId: string;
  /** The server's warnings: which arguments matched nothing. */
  readonly warnings: string[];
}

export interface TreeOptions extends RequestOptions {
  /** The maximum number of files. @default 1000 */
  maxFiles?: number | undefined;
}

/** The files below a directory. `String(tree)` draws them. */
export interface FileTree {
  /** The full symbolic paths. */
  readonly paths: string[];
  readonly requestId: string;
  readonly warnings: string[];
  /** Draws the tree, with a line for each directory and file. */
  toString(): string;
}
