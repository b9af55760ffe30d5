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
  /** Patterns for files to exclude. Excluded files count as not in the folder, so they are deleted. @default [] */
  exclude?: string | readonly string[] | undefined;
  /** If true, changes nothing, and returns the planned changes. @default false */
  dryRun?: boolean | undefined;
  /** If true, also replaces and deletes files that no sync of this symbolic directory added. @default false */
  adopt?: boolean | undefined;
  /** If true, the call may delete all files that earlier calls have added, for example if the folder is empty. @default false */
  deleteAll?: boolean | undefined;
  /** Called with each change when it is done, or planned with `dryRun`. If the callback throws, the call ends. */
  // a method's type, so that options for any chain fit a pipeline whose chain is known
  onFile?: { method(change: SyncChange): void }['method'] | undefined;
}

/**
 * The action for a file. `duplicate`: not sent, because another file of the folder has the same content; `kept`: the server's file stays,
 * because of `onChange` or as `message` says; `unsupported`: the chain does not accept the file; `gone`: the file was removed meanwhile.
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

/** The change of one file. */
export interface SyncChange {
  action: SyncAction;
  /** `failed`: nothing changed. The next call tries again. */
  status: 'planned' | 'done' | 'failed';
  symbolicFilePath: string;
  /** The local path; `null` if there is no local file. */
  path: string | null;
  /** `null` if the server does not have the file. */
  fileId: string | null;
  /** The previous symbolic path of a moved file, or the path with the same content; otherwise `null`. */
  from: string | null;
  /** Why the file is not on the server, why it was kept, or the error's message. */
  message: string | null;
  /** The error, if `failed`. */
  error: Error | null;
}

/** A change in a list. */
export type SyncRow = Omit<SyncChange, 'error'>;

/** The changes that a call made, or would make. Its rows are the changes. */
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
  /** Files with the action `duplicate`, `kept`, `unsupported` or `gone`. */
  skipped: number;
  failed: number;
  changes: SyncChange[];
  /** With `dryRun`: whether the call would be refused without `deleteAll`. */
  needsDeleteAll: boolean;
}
