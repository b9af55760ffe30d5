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
  /** The pipeline that processes the files, from `client.createPipeline(name, chain)`. */
  pipeline: { readonly name: string; readonly moduleChain: C };
  /** The symbolic directory that mirrors the folder. Files outside this directory are not changed. @default '/' */
  symbolicDirectoryPath?: string | undefined;
  /** Patterns for files to include. A pattern without a slash matches names at any depth. @default every file */
  include?: string | readonly string[] | undefined;
  /** Patterns for files to exclude. Excluded files that earlier calls added are deleted from the server. @default [] */
  exclude?: string | readonly string[] | undefined;
  /** If true, the call only returns the planned changes, without making them. @default false */
  dryRun?: boolean | undefined;
  /**
   * Whether the call may also replace, move and delete files in the symbolic directory that were not added by a `sync` call with the same
   * `symbolicDirectoryPath`.
   *
   * @default false
   */
  adopt?: boolean | undefined;
  /**
   * Whether the call may delete all files that earlier calls added (with `adopt`, all files in the symbolic directory), for example because
   * the folder is empty. If false, the call throws a `ValidationError` instead.
   *
   * @default false
   */
  deleteAll?: boolean | undefined;
  /** Called with each change in the result as soon as its outcome is known. If the callback throws, `sync()` rejects with that error. */
  // method parameters are bivariant, so the callback's parameter can have a narrower type
  onFile?: { method(change: SyncChange): void }['method'] | undefined;
}

/**
 * The action for a file. `duplicate`: the file is not uploaded, because another file in the folder has the same content. `kept`: the
 * server's file is kept, because of `onChange` or for the reason in `message`. `unsupported`: the chain does not accept the file, or the
 * file is empty. `gone`: the file was removed before it was processed, or is a link to a missing file.
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

/** The action for one file, and its outcome. */
export interface SyncChange {
  action: SyncAction;
  /** If `failed`, the next call tries again. */
  status: 'planned' | 'done' | 'failed';
  symbolicFilePath: string;
  /** The local path; `null` for a deletion, and for a file that was kept instead of being deleted. */
  path: string | null;
  /**
   * The file's id on the server; `null` for `duplicate`, `unsupported` and `gone`, and for an `add` or `replace` that is planned or failed.
   */
  fileId: string | null;
  /** For `move`, the previous symbolic path; for `duplicate`, the path of the file with the same content; otherwise `null`. */
  from: string | null;
  /**
   * Why the file is `unsupported`, `gone` or `kept`, or the error's message if `status` is `failed`. `null` for any other change, and for a
   * file that is kept because of `onChange`.
   */
  message: string | null;
  /** The error if `status` is `failed`; otherwise `null`. */
  error: Error | null;
}

/** A change as a flat row, for tables. */
export type SyncRow = Omit<SyncChange, 'error'>;

/** The result of a `sync` call: the counts by action, and one change per file. `toRows()` returns one row per change. */
export interface SyncSummary extends Rows<SyncRow> {
  pipeline: string;
  symbolicDirectoryPath: string;
  /** Whether the changes were only planned, not made. */
  dryRun: boolean;
  added: number;
  replaced: number;
  moved: number;
  deleted: number;
  unchanged: number;
  /** The number of files with the action `duplicate`, `kept`, `unsupported` or `gone`. */
  skipped: number;
  failed: number;
  changes: SyncChange[];
  /** With `dryRun`: whether the same call without `dryRun` would fail because `deleteAll` is not set. Otherwise `false`. */
  needsDeleteAll: boolean;
}
