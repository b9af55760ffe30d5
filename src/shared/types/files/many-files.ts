import type { FileInput, FileMetadata } from './file-input.js';
import type { ModuleName } from '../../modules/module.js';
import type { ProcessOptions, ProcessResult } from '../process.js';
import type { Rows } from '../rows.js';

/**
 * The files to process: a glob, a directory, or an iterable. Each item of an iterable can be a path or any other input for `process`, a
 * file with its own metadata, a glob or a directory. Iterables are consumed lazily, as files are processed.
 */
export type FileSet =
  | (Iterable<FileInput | ManyItem | LocalFiles> & NotAString)
  | AsyncIterable<FileInput | ManyItem | LocalFiles>
  | LocalFiles;

/** Excludes strings, which are iterables of characters. */
interface NotAString {
  readonly charAt?: never;
}

declare const instead: unique symbol;

/** A type that no value has. If the compiler rejects a string, the error message contains this type, which says what to use instead. */
export interface InsteadOfString<Use extends string> {
  readonly [instead]: Use;
}

/** Local files that match patterns or are in a directory. The entries of each directory are visited in name order. */
export type LocalFiles = GlobFiles | DirectoryFiles;

/**
 * Files that match path patterns. Within a name, `*` matches any text, `?` any character, and `[a-z]` any character in the range. `**`
 * matches any number of directories, and `{pdf,docx}` either alternative. `\` escapes the next character. Wildcards do not match a dot at
 * the start of a name. Symbolic links to directories are followed only in the part of a pattern before its first special character.
 */
export interface GlobFiles {
  glob: string | readonly string[];
  /** The directory that the patterns are relative to. @default process.cwd() */
  cwd?: string | URL | undefined;
  /** Patterns for files to exclude. A pattern without a slash matches names at any depth. @default [] */
  exclude?: string | readonly string[] | undefined;
}

/**
 * The files in a directory. A hidden file, whose name starts with a dot, is included only if the last segment of an `include` pattern also
 * starts with a dot. Hidden subdirectories are not searched, and symbolic links to subdirectories are not followed.
 *
 * On a Millrace server, the symbolic paths and the outputs mirror the directory: `2026/rent.pdf` becomes `/2026/rent.pdf`, and a JSON
 * output is saved as `<localSaveDirectory>/2026/rent.pdf.json`. A file is skipped if it is empty, if the chain does not accept it,
 * or if the server already has a file at its symbolic path with the same content, chain, models and parameters. The files never expire
 * unless `expireTime` is set.
 */
export interface DirectoryFiles {
  directory: string | URL;
  /** The symbolic directory for the files. @default the `symbolicDirectoryPath` option, then '/' */
  symbolicDirectoryPath?: string | undefined;
  /** Whether to include files in subdirectories. @default false */
  recursive?: boolean | undefined;
  /** Patterns for files to include. A pattern without a slash matches names at any depth. @default every file */
  include?: string | readonly string[] | undefined;
  /** Patterns for files to exclude. Directories that match are not searched. @default [] */
  exclude?: string | readonly string[] | undefined;
  /**
   * Whether to also process files that are added later. A file is processed after it stops changing. Watching ends when the batch's
   * `signal` is aborted. In an iterable, watching starts after all other items have been read.
   *
   * @default false
   */
  watch?: boolean | undefined;
}

/** A file with its own metadata. */
export interface ManyItem extends FileMetadata {
  file: FileInput;
  /**
   * Identifies the file in the results and in the manifest.
   *
   * @default the file's path relative to the working directory, or its name if it has no path
   */
  key?: string | undefined;
}

/** Options for `processMany`, including the `process` options that apply to many files. */
export interface ProcessManyOptions<C extends readonly ModuleName[] = readonly ModuleName[]> extends Omit<
  ProcessOptions<C>,
  'fileName' | 'symbolicFilePath' | 'idempotencyKey' | 'waitForProcess'
> {
  /**
   * Maximum number of files to process at once. A file counts towards the limit until its output is saved.
   *
   * @default 4; for small files on a server that supports batches, 128
   */
  concurrency?: number | undefined;
  /**
   * The path of an append-only journal of the batch. A later call with the same manifest skips finished files and continues unfinished
   * ones.
   */
  manifest?: string | undefined;
  /**
   * If true, the first failed file aborts the batch, and iteration and `all()` throw the file's error. If false, the batch continues, and
   * the file's result contains the error.
   *
   * @default false
   */
  stopOnError?: boolean | undefined;
  /**
   * What to do with a file from a directory if the server's file at its symbolic path differs in content, chain, models or parameters.
   * `replace`: the new version replaces the earlier one once it is ready. `keep`: the file is skipped, and the earlier version is kept.
   *
   * @default 'replace'
   */
  onChange?: OnChange | undefined;
  /**
   * Called with each result, in order of completion. If the callback returns a promise, the file counts towards `concurrency` until the
   * promise settles. If the callback throws or the promise rejects, the batch is aborted, and iteration and `all()` throw the error.
   */
  // method parameters are bivariant, so options for any chain are assignable to options for a known chain
  onFile?: { method(result: FileResult<C>): void | Promise<void> }['method'] | undefined;
}

/** What to do with a file that has changed. */
export type OnChange = 'replace' | 'keep';

/**
 * Why a file was not processed. `done`: an earlier call with the same manifest finished it. `unchanged`: the server's file at its symbolic
 * path has the same content, chain, models and parameters. `kept`: the server's file differs, and was kept because of `onChange`.
 */
export type SkipReason = 'done' | 'unchanged' | 'kept';

/** The result for one file. */
export type FileResult<C extends readonly ModuleName[] = readonly ModuleName[]> =
  /** `replaced` is the id of the earlier version that a file from a directory replaced. */
  | { status: 'succeeded'; key: string; result: ProcessResult<C, string | false>; replaced?: string }
  /** `result.output` is `null` unless the output of an `unchanged` file was fetched. For `kept`, `outputFiles` is empty. */
  | { status: 'skipped'; key: string; reason: SkipReason; result: ProcessResult<C, string | false> }
  /**
   * Only for a file from a directory. `unsupported`: the chain does not accept the file, or the file is empty. `gone`: the file was removed
   * before it was processed.
   */
  | { status: 'skipped'; key: string; reason: 'unsupported' | 'gone'; message: string; result: null }
  | { status: 'failed'; key: string; error: Error; requestId?: string };

/**
 * A batch whose results can be iterated in order of completion. The first iteration or call to `all()` starts the batch. Iteration applies
 * backpressure: no file starts while `2 * concurrency` results (by default, 8) are unread, or while no loop is running. A call to `all()`
 * turns off backpressure. Every loop yields all results, from the first.
 */
export interface BatchRun<C extends readonly ModuleName[] = readonly ModuleName[]> extends AsyncIterable<
  FileResult<C>
> {
  /**
   * Waits for all files and returns their results.
   *
   * @throws The signal's reason if the signal is aborted; the first failed file's error if `stopOnError` is true; an error from
   * `onFile` or the iterable; `ValidationError` if a file's key is missing or not unique, if a `directory` cannot be read, or if the
   * manifest is in use, unreadable, or for another pipeline, chain or options.
   */
  all(): Promise<BatchSummary<C>>;
  /**
   * Counts the files without processing them, for example for a progress bar. Returns `undefined` if a directory is watched, or if
   * the files are an iterable other than an array.
   */
  count(): Promise<number | undefined>;
}

/** A file's result as a flat row, for tables. */
export interface FileResultRow {
  key: string;
  status: FileResult['status'];
  /** `null` if the file failed before it had a run, or if its `reason` is `unsupported` or `gone`. */
  requestId: string | null;
  /** `null` if the file failed, or if its `reason` is `unsupported` or `gone`. */
  fileId: string | null;
  /** The path of the saved output; `null` if nothing was saved. */
  outputFile: string | null;
  /** The number of warnings in the result: at most 100, plus one that counts the rest. */
  warnings: number;
  /** Why the file was skipped; `null` if it was not skipped. */
  reason: SkipReason | 'unsupported' | 'gone' | null;
  /** The error's message; `null` if the file did not fail. */
  error: string | null;
}

/** The results for all files: the counts by status, and each result in order of completion. */
export interface BatchSummary<C extends readonly ModuleName[] = readonly ModuleName[]> extends Rows<FileResultRow> {
  succeeded: number;
  skipped: number;
  failed: number;
  /**
   * To limit memory use, the batch keeps at most about 16 MiB of outputs. In all later results, `output` is `null`; read the saved files
   * in `outputFiles` instead.
   */
  results: FileResult<C>[];
}
