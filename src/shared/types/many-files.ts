import type { FileInput, FileMetadata } from './file-input.js';
import type { ModuleName } from '../modules/module.js';
import type { ProcessOptions, ProcessResult } from './process.js';

/**
 * Files one by one, or where to find them. A list may hold both: paths, anything else that can be processed, either with
 * metadata of its own, globs and directories. Nothing is read from it before there is room for another file.
 */
export type FileSet =
  Iterable<FileInput | ManyItem | FoundFiles> | AsyncIterable<FileInput | ManyItem | FoundFiles> | FoundFiles;

/** Files of this machine that are looked for when the batch starts, in the order of their names. */
export type FoundFiles = GlobFiles | DirectoryFiles;

/**
 * Patterns for paths: `*` and `?` within a name, `**` for any directories, `[a-z]`, `{pdf,docx}`; `\` before a character takes
 * it as it is. A name that begins with a dot is matched by patterns that say so. Links to directories are not followed.
 */
export interface GlobFiles {
  glob: string | readonly string[];
  /** Where patterns begin. @default process.cwd() */
  cwd?: string | URL | undefined;
  /** Patterns for what is left out; one without a slash is for names at any depth. @default [] */
  exclude?: string | readonly string[] | undefined;
}

/** The files of a directory, except those whose name begins with a dot. Links to directories are not followed. */
export interface DirectoryFiles {
  directory: string | URL;
  /** Whether files of directories below are taken, too. @default false */
  recursive?: boolean | undefined;
  /** Patterns, as for a glob; one without a slash is for names at any depth. @default every file */
  include?: string | readonly string[] | undefined;
  /** Patterns for what is left out; a directory that matches is not looked into. @default [] */
  exclude?: string | readonly string[] | undefined;
  /**
   * Go on taking files that appear, once nothing is added to them any more, until the signal is aborted. In a list, after
   * everything else. @default false
   */
  watch?: boolean | undefined;
}

/** A file with metadata of its own. */
export interface ManyItem extends FileMetadata {
  file: FileInput;
  /** What the manifest calls the file. @default its path from the working directory; the name of anything else */
  key?: string | undefined;
}

/** Options of `processMany`: those of `process` that make sense for many files, and its own. */
export interface ProcessManyOptions<C extends readonly ModuleName[] = readonly ModuleName[]> extends Omit<
  ProcessOptions<C>,
  'fileName' | 'symbolicFilePath' | 'idempotencyKey' | 'waitForProcess'
> {
  /** Files under way at once, each from its upload until its output is on disk. @default 4 */
  concurrency?: number | undefined;
  /** Path of an append-only journal. Called again with it, finished files are skipped and unfinished ones taken up. */
  manifest?: string | undefined;
  /** Reject at the first file that fails, instead of reporting it; the others are left as by an abort. @default false */
  stopOnError?: boolean | undefined;
  /**
   * Called with each result, in order of completion. A file's place is not free for another one before a promise that it
   * returns is settled; what it throws ends the batch.
   */
  onFile?: ((result: FileResult<C>) => void | Promise<void>) | undefined;
}

/** What became of one file. */
export type FileResult<C extends readonly ModuleName[] = readonly ModuleName[]> =
  | { status: 'succeeded'; key: string; result: ProcessResult<C> }
  /** An earlier call with the same manifest finished it. `output` is `null`: read `outputFiles`. */
  | { status: 'skipped'; key: string; result: ProcessResult<C> }
  | { status: 'failed'; key: string; error: Error; requestId?: string };

/**
 * Results in order of completion. Iterate, or call `all()`: either starts the work, once. Iterating sets the pace: no more files
 * are begun while twice `concurrency` results wait to be taken, or after the loop was left, until somebody wants results again.
 */
export interface BatchRun<C extends readonly ModuleName[] = readonly ModuleName[]> extends AsyncIterable<
  FileResult<C>
> {
  /**
   * Waits for all files.
   *
   * @throws the signal's reason; the first file's error with `stopOnError`; `ValidationError` for what cannot be a batch, and
   * for a manifest that another process uses.
   */
  all(): Promise<BatchSummary<C>>;
  /**
   * How many files there are now, without processing any: for a progress bar. `undefined` where only taking them would tell,
   * for an iterable that is no array, and for a directory that is watched.
   */
  count(): Promise<number | undefined>;
}

/** How many files came to which end, and each of them in order of completion. */
export interface BatchSummary<C extends readonly ModuleName[] = readonly ModuleName[]> {
  succeeded: number;
  skipped: number;
  failed: number;
  /**
   * What iterating gave, or would have given. So that memory does not grow with the outputs, those are kept here, for this
   * and for whoever iterates afterwards, up to 16 MiB in all; the `output` of a file after that is `null`: read `outputFiles`.
   */
  results: FileResult<C>[];
}
