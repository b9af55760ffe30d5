import type { RequestOptions } from './client-options.js';
import type { FileMetadata, FileTag } from './file-input.js';
import type { Json } from './json.js';

/**
 * Which files. The metadata fields are alternatives: a file is selected when it matches any entry of any of them.
 * The four times narrow that down.
 */
export interface FileFilter {
  fileIds?: readonly string[] | undefined;
  /** A `*` at either end stands for anything: `report*`, `*.txt`. */
  fileNames?: readonly string[] | undefined;
  /** A `*` at the end stands for anything: `/novels*`, `/*`. */
  symbolicDirectoryPaths?: readonly string[] | undefined;
  symbolicFilePaths?: readonly string[] | undefined;
  /** `*` as a value stands for any: `{ author: '*' }`. */
  fileTags?: readonly FileTag[] | undefined;
  /** A `Date`, `YYYY-MM-DD` (its first second) or `YYYY-MM-DD HH:MM:SS`, in UTC, included. */
  createdAtStart?: Date | string | undefined;
  /** A `Date`, `YYYY-MM-DD` (its last second) or `YYYY-MM-DD HH:MM:SS`, in UTC, included. */
  createdAtEnd?: Date | string | undefined;
  lastUpdatedStart?: Date | string | undefined;
  lastUpdatedEnd?: Date | string | undefined;
  /** The newest come first when there are more. @default 1000 */
  maxFiles?: number | undefined;
  /** By time of creation. @default 'descending' */
  sortOrder?: 'ascending' | 'descending' | undefined;
}

/** A finished file, as the server has it on record. */
export interface FileRecord {
  fileId: string;
  /** The run that made it. */
  requestId: string;
  fileName: string;
  symbolicDirectoryPath: string;
  symbolicFilePath: string;
  fileTags: Record<string, string>[];
  fileDescription: string;
  createdAt: Date;
  lastUpdated: Date;
  expiresAt: Date | null;
  /** As the server wrote it: the selected model of each module, keyed `module_1`, …. */
  modules: Record<string, Json>;
  /** As the server wrote it: extensions, and the numbers of lines, vectors or snippets of each module's output. */
  modulesData: Record<string, Json>;
}

/** A file with what lists leave out: its pipeline and state. */
export interface PipelineFile extends FileRecord {
  /** The name of the pipeline that the file belongs to. */
  pipeline: string;
  /** Lists and searches return only files that are `ready`. */
  state: 'processing' | 'ready' | 'failed';
}

/** What to change; what is left out stays. Tags replace the whole set. A new `expireTime` counts from now. */
export type FileChanges = FileMetadata;

/** The files that a filter selects. Iterating it gives its items. */
export interface FilePage extends AsyncIterable<FileRecord> {
  readonly items: FileRecord[];
  readonly requestId: string;
  /** Which arguments matched nothing, in the server's words. */
  readonly warnings: string[];
}

export interface TreeOptions extends RequestOptions {
  /** @default 1000 */
  maxFiles?: number | undefined;
}

/** `String(tree)` draws it. */
export interface FileTree {
  /** Full symbolic paths. */
  readonly paths: string[];
  readonly requestId: string;
  readonly warnings: string[];
  /** The tree, a line for each directory and file. */
  toString(): string;
}
