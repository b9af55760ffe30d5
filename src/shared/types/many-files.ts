import type { FileInput, FileMetadata } from './file-input.js';
import type { ModuleName } from '../modules/module.js';
import type { ProcessOptions, ProcessResult } from './process.js';

/**
 * The files of a batch. A list may contain paths and all other inputs of `process`, files with metadata of their own, globs and
 * directories. An entry is read only when the next file can start.
 */
export type FileSet =
  Iterable<FileInput | ManyItem | FoundFiles> | AsyncIterable<FileInput | ManyItem | FoundFiles> | FoundFiles;

/** Files of this machine, which are searched when the batch starts and processed in the order of their names. */
export type FoundFiles = GlobFiles | DirectoryFiles;

/**
 * Patterns for paths: `*` and `?` within a name, `**` for any directories, `[a-z]`, `{pdf,docx}`; `\` escapes a character. Only a
 * pattern that begins with a dot matches names that begin with a dot. Links to directories are not followed.
 */
export interface GlobFiles {
  glob: string | readonly string[];
  /** The directory that patterns are relative to. @default process.cwd() */
  cwd?: string | URL | undefined;
  /** Patterns for files to leave out. A pattern without a slash matches names at any depth. @default [] */
  exclude?: string | readonly string[] | undefined;
}

/** The files of a directory, except those whose name begins with a dot. Links to directories are not followed. */
export interface DirectoryFiles {
  directory: string | URL;
  /** Whether to include files in subdirectories. @default false */
  recursive?: boolean | undefined;
  /** Patterns for files to include. A pattern without a slash matches names at any depth. @default every file */
  include?: string | readonly string[] | undefined;
  /** Patterns for files to leave out. A directory that matches is not searched. @default [] */
  exclude?: string | readonly string[] | undefined;
  /**
   * Whether to also process files that appear later, once they are no longer growing, until the signal is aborted. In a list, this
   * starts after all other entries. @default false
   */
  watch?: boolean | undefined;
}

/** A file with metadata of its own. */
export interface ManyItem extends FileMetadata {
  file: FileInput;
  /** The file's key in the manifest. @default its path from the working directory; without a path, its name */
  key?: string | undefined;
}

/** The options of `processMany`: its own, and those options of `process` that apply to many files. */
export interface ProcessManyOptions<C extends readonly ModuleName[] = readonly ModuleName[]> extends Omit<
  ProcessOptions<C>,
  'fileName' | 'symbolicFilePath' | 'idempotencyKey' | 'waitForProcess'
> {
  /** How many files are processed at the same time, each from its upload until its output is saved. @default 4 */
  concurrency?: number | undefined;
  /** The path of an append-only journal. A later call with the same manifest skips finished files and continues unfinished ones. */
  manifest?: string | undefined;
  /** Whether the first file that fails ends the batch, like an abort. Otherwise its error is a result. @default false */
  stopOnError?: boolean | undefined;
  /**
   * Called with each result, in order of completion. If it returns a promise, the next file waits for it. If it throws, the batch
   * ends.
   */
  onFile?: ((result: FileResult<C>) => void | Promise<void>) | undefined;
}

/** The result of one file. */
export type FileResult<C extends readonly ModuleName[] = readonly ModuleName[]> =
  | { status: 'succeeded'; key: string; result: ProcessResult<C> }
  /** An earlier call with the same manifest finished the file. `output` is `null`: read `outputFiles`. */
  | { status: 'skipped'; key: string; result: ProcessResult<C> }
  | { status: 'failed'; key: string; error: Error; requestId?: string };

/**
 * The results of a batch in order of completion. Iterating or calling `all()` starts the batch, once. Iterating sets the pace: no
 * further file starts while twice `concurrency` results have not been read, or after the loop was left, until results are read again.
 */
export interface BatchRun<C extends readonly ModuleName[] = readonly ModuleName[]> extends AsyncIterable<
  FileResult<C>
> {
  /**
   * Waits for all files.
   *
   * @throws The signal's reason; the first file's error with `stopOnError`; `ValidationError` for invalid arguments, and for a
   * manifest that another process uses.
   */
  all(): Promise<BatchSummary<C>>;
  /**
   * Returns how many files there are now, for a progress bar. Does not process any. Returns `undefined` for an iterable that is not an
   * array, and for a directory that is watched.
   */
  count(): Promise<number | undefined>;
}

/** The results of all files: their number by status, and each in order of completion. */
export interface BatchSummary<C extends readonly ModuleName[] = readonly ModuleName[]> {
  succeeded: number;
  skipped: number;
  failed: number;
  /**
   * The same results as iterating returns. To limit memory, at most 16 MiB of outputs are kept for this and for later iterations. The
   * `output` of every file after that is `null`: read `outputFiles`.
   */
  results: FileResult<C>[];
}
