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
  /** The pipeline for the files: `client.createPipeline(name, chain)`. */
  pipeline: { readonly name: string; readonly moduleChain: C };
  /** The symbolic directory that mirrors the folder. Files elsewhere are not changed. @default '/' */
  symbolicDirectoryPath?: string | undefined;
  /** Patterns for files to include. A pattern without a slash matches names at any depth. @default every file */
  include?: string | readonly string[] | undefined;
  /** Patterns for files to exclude. Excluded files that earlier calls added are deleted from the server. @default [] */
  exclude?: string | readonly string[] | undefined;
  /** If true, the call changes nothing and returns the planned changes. @default false */
  dryRun?: boolean | undefined;
  /** If true, the call also replaces and deletes files that were not added by a sync of this symbolic directory. @default false */
  adopt?: boolean | undefined;
  /** Whether the call may delete all files that earlier calls added, for example because the folder is empty. @default false */
  deleteAll?: boolean | undefined;
  /** Called with each change after it was made or, with `dryRun`, planned. If the callback throws, the call ends. */
  // a method type has bivariant parameters, so options for any chain are assignable to options for a known chain
  onFile?: { method(change: SyncChange): void }['method'] | undefined;
}

/**
 * The action for a file. `duplicate`: the file is not sent, because another file in the folder has the same content. `kept`: the server's
 * file is kept, because of `onChange` or for the reason in `message`. `unsupported`: the chain does not accept the file. `gone`: the file
 * was removed before it was processed.
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

/** A change to one file. */
export interface SyncChange {
  action: SyncAction;
  /** `failed` means that the change was not made. The next call tries again. */
  status: 'planned' | 'done' | 'failed';
  symbolicFilePath: string;
  /** The local path; `null` if there is no local file. */
  path: string | null;
  /** `null` if the file is not on the server. */
  fileId: string | null;
  /** For `move`, the previous symbolic path; for `duplicate`, the path of the file with the same content; otherwise `null`. */
  from: string | null;
  /** Why the file is not on the server, why it was kept, or the error's message. */
  message: string | null;
  /** The error, if `failed`. */
  error: Error | null;
}

/** A change as a flat row, for tables. */
export type SyncRow = Omit<SyncChange, 'error'>;

/** The changes that a call made or, with `dryRun`, would make. `toRows()` returns one row per change. */
export interface SyncSummary extends Rows<SyncRow> {
  pipeline: string;
  symbolicDirectoryPath: string;
  /** Whether the changes were only planned. */
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
  /** With `dryRun`: whether the call would fail without `deleteAll`. */
  needsDeleteAll: boolean;
}
