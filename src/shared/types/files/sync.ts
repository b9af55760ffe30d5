import type { ModuleName } from '../../modules/module.js';
import type { ProcessManyOptions } from './many-files.js';
import type { Rows } from '../rows.js';

/** Options for `client.sync()`. */
export interface SyncOptions<C extends readonly ModuleName[] = readonly ModuleName[]> extends Pick<
  ProcessManyOptions<C>,
  | 'modules'
  | 'fileTags'
  | 'fileDescription'
  | 'expireTime'
  | 'keepInput'
  | 'onChange'
  | 'concurrency'
  | 'waitTimeout'
  | 'signal'
  | 'timeout'
  | 'maxRetries'
  | 'retryFor'
> {
  /** The pipeline that holds the files: `client.createPipeline(name, chain)`. */
  pipeline: { readonly name: string; readonly moduleChain: C };
  /** The symbolic directory that the folder becomes. Files elsewhere are not touched. @default '/' */
  symbolicDirectoryPath?: string | undefined;
  /** Patterns for files to include. A pattern without a slash matches names at any depth. @default every file */
  include?: string | readonly string[] | undefined;
  /** Patterns for files to exclude. What is excluded is not in the folder, and so is deleted. @default [] */
  exclude?: string | readonly string[] | undefined;
  /** If true, nothing changes, and the result says what would. @default false */
  dryRun?: boolean | undefined;
  /** If true, also files that no sync of this symbolic directory put there are replaced and deleted. @default false */
  adopt?: boolean | undefined;
  /** If true, the call may delete all the files that it has put there, for example because the folder is empty. @default false */
  deleteAll?: boolean | undefined;
  /** Called with each change when it is done, or planned with `dryRun`. An error that it throws ends the call. */
  // a method's type, so that options for any chain fit a pipeline whose chain is known
  onFile?: { method(change: SyncChange): void }['method'] | undefined;
}

/**
 * What becomes of a file. `duplicate`: another file of the folder has the same content and stands for it; `kept`: what
 * the server has stays, because of `onChange`, or as `message` says; `unsupported`: the chain does not take it; `gone`: it was removed meanwhile.
 */
export type SyncAction =
  | 'add'
  | 'replace'
  | 'move'
  | 'delete'
  | 'unchanged'
  | 'duplicate'
  | 'kept'
  | 'unsupported'
  | 'gone';

/** What became of one file. */
export interface SyncChange {
  action: SyncAction;
  /** `failed`: it is as before. The next call tries again. */
  status: 'planned' | 'done' | 'failed';
  symbolicFilePath: string;
  /** The local path; `null` if there is no such file. */
  path: string | null;
  /** `null` if the server does not have the file. */
  fileId: string | null;
  /** The symbolic path that it was moved from, or that has the same content; otherwise `null`. */
  from: string | null;
  /** Why it is not on the server, or what failed. */
  message: string | null;
  /** What failed. */
  error: Error | null;
}

/** A change in a list. */
export type SyncRow = Omit<SyncChange, 'error'>;

/** What a call changed, or would change. Its rows are the changes. */
export interface SyncSummary extends Rows<SyncRow> {
  pipeline: string;
  symbolicDirectoryPath: string;
  /** The same as the option. */
  dryRun: boolean;
  added: number;
  replaced: number;
  moved: number;
  deleted: number;
  unchanged: number;
  /** Files that are not on the server: duplicates, what the chain does not take, and what was removed meanwhile; and what was kept. */
  skipped: number;
  failed: number;
  changes: SyncChange[];
  /** With `dryRun`: whether the call would be refused without `deleteAll`. */
  needsDeleteAll: boolean;
}
