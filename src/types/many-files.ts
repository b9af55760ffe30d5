import type { FileInput, FileMetadata } from './file-input.js';
import type { ModuleName } from './module.js';
import type { ProcessOptions, ProcessResult } from './process.js';

/** Files one by one: paths, anything else that can be processed, or either with metadata of its own. */
export type FileSet = Iterable<FileInput | ManyItem> | AsyncIterable<FileInput | ManyItem>;

/** A file with metadata of its own. */
export interface ManyItem extends FileMetadata {
  file: FileInput;
  /** What the manifest calls the file. @default its path; the name of anything else */
  key?: string | undefined;
}

/** Options of `processMany`: those of `process` that make sense for many files, and its own. */
export interface ProcessManyOptions<C extends readonly ModuleName[] = readonly ModuleName[]> extends Omit<
  ProcessOptions<C>,
  'fileName' | 'symbolicFilePath' | 'idempotencyKey' | 'waitForProcess'
> {
  /** Files under way at once. @default 4 */
  concurrency?: number | undefined;
  /** Path of an append-only journal. Called again with it, finished files are skipped and unfinished ones taken up. */
  manifest?: string | undefined;
  /** Reject at the first file that fails, instead of reporting it. @default false */
  stopOnError?: boolean | undefined;
}

/** What became of one file. */
export type FileResult<C extends readonly ModuleName[] = readonly ModuleName[]> =
  | { status: 'succeeded'; key: string; result: ProcessResult<C> }
  /** An earlier call with the same manifest finished it. `output` is `null`: read `outputFiles`. */
  | { status: 'skipped'; key: string; result: ProcessResult<C> }
  | { status: 'failed'; key: string; error: Error; requestId?: string };

/** Results in order of completion. Iterate, or call `all()`: either starts the work, once. */
export interface BatchRun<C extends readonly ModuleName[] = readonly ModuleName[]> extends AsyncIterable<
  FileResult<C>
> {
  /**
   * Waits for all files. @throws The first failure with `stopOnError`; the reason of the signal; what makes the manifest
   * unusable.
   */
  all(): Promise<BatchSummary<C>>;
}

/** How many files came to which end, and each of them in order of completion. */
export interface BatchSummary<C extends readonly ModuleName[] = readonly ModuleName[]> {
  succeeded: number;
  skipped: number;
  failed: number;
  results: FileResult<C>[];
}
