import type { FileMetadata, FileTag } from './file-input.js';
import type { Json } from '../json.js';
import type { Rows } from '../rows.js';

/**
 * A filter for files. A file must be within all time bounds. If ids, names, paths or tags are given, the file must also match at least one
 * of them.
 */
export interface FileFilter {
  fileIds?: readonly string[] | undefined;
  /** A `*` at the start or end of a name matches any text: `report*`, `*.txt`. */
  fileNames?: readonly string[] | undefined;
  /** A `*` at the end of a path matches any text: `/novels*`, `/*`. */
  symbolicDirectoryPaths?: readonly string[] | undefined;
  symbolicFilePaths?: readonly string[] | undefined;
  /** `*` matches any value: `{ author: '*' }`. */
  fileTags?: readonly FileTag[] | undefined;
  /** A `Date`, `YYYY-MM-DD` (the day's first second) or `YYYY-MM-DD HH:MM:SS`, in UTC, inclusive. */
  createdAtStart?: Date | string | undefined;
  /** A `Date`, `YYYY-MM-DD` (the day's last second) or `YYYY-MM-DD HH:MM:SS`, in UTC, inclusive. */
  createdAtEnd?: Date | string | undefined;
  lastUpdatedStart?: Date | string | undefined;
  lastUpdatedEnd?: Date | string | undefined;
  /** Maximum number of files. If more files match, the newest are returned. @default 1000 */
  maxFiles?: number | undefined;
  /** The sort order, by creation time. @default 'descending' */
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
  /** `null` if the file does not expire. */
  expiresAt: Date | null;
  /** The model and any parameters of each module, by position (`module_1`, …), as returned by the server. */
  modules: Record<string, Json>;
  /** The extension of each module's output and the number of its lines, vectors or snippets, as returned by the server. */
  modulesData: Record<string, Json>;
}

/** A file's record, with fields that lists omit. */
export interface PipelineFile extends FileRecord {
  /** The name of the pipeline that the file belongs to. */
  pipeline: string;
  /** Lists and searches return only files that are `ready`. */
  state: 'processing' | 'ready' | 'failed';
  /** The SHA-256 of the input, in hexadecimal; `null` if no input has arrived, or if the server did not record hashes when it arrived. */
  inputSha256: string | null;
}

/** The metadata to change. Omitted fields are not changed. `fileTags` replaces all tags. `expireTime` starts at the time of the update. */
export type FileChanges = FileMetadata;

/** A file as a flat row, for tables. */
export interface FileRow {
  fileId: string;
  requestId: string;
  fileName: string;
  symbolicDirectoryPath: string;
  symbolicFilePath: string;
  /** All tags as one string, for example `author: orwell, year: 1949`. */
  fileTags: string;
  fileDescription: string;
  /** ISO 8601 in UTC, like the other times. */
  createdAt: string;
  lastUpdated: string;
  expiresAt: string | null;
}

/** The files that a filter selects. Iterating over the page yields its items. */
export interface FilePage extends AsyncIterable<FileRecord>, Rows<FileRow> {
  readonly items: FileRecord[];
  readonly requestId: string;
  /** The server's warnings about arguments that matched nothing. */
  readonly warnings: string[];
}

/** The files below a directory. `String(tree)` renders the tree. */
export interface FileTree {
  /** The files' full symbolic paths. */
  readonly paths: string[];
  readonly requestId: string;
  readonly warnings: string[];
  /** Renders the tree, with one line per directory and file. */
  toString(): string;
}
