import type { RequestOptions } from '../client-options.js';
import type { Json } from '../json.js';

/** A symbolic path to look up, and a hash to compare with the hash of the file's content. */
export interface FileLookup {
  symbolicFilePath: string;
  /** The SHA-256 of the content, in hexadecimal. Without it, `isSame` is always false. */
  sha256?: string | undefined;
}

/** Options for `client.files.lookup()`. */
export interface LookupOptions extends RequestOptions {
  /** The name of the pipeline. */
  pipeline: string;
  /** The chain to compare with each file's chain. */
  chain: readonly string[];
  /** The models and parameters to compare with those of each file, by position (`module_1`, …). @default each module's defaults */
  modules?: Readonly<Record<string, { model?: string; params?: Readonly<Record<string, Json>> }>> | undefined;
}

/** The newest file at a symbolic path. */
export interface FoundFile {
  fileId: string;
  /** The id of the file's run. */
  requestId: string;
  /** `uploading`: a client has reserved the path, but the content has not arrived. */
  state: 'uploading' | 'processing' | 'ready';
  /** The SHA-256 of the input, in hexadecimal; `null` if it is not known. */
  inputSha256: string | null;
  /** Whether the file has the content, chain, models and parameters given in the lookup. False while the file is `uploading`. */
  isSame: boolean;
  /** The symbolic directory of the `client.sync` call that added the file; `null` if no `client.sync` call added it. */
  syncRoot: string | null;
  /** ISO 8601; `null` if the file does not expire. */
  expiresAt: string | null;
  /**
   * The output of the finished file at the path; `null` if no finished file has the path. While a newer version is being uploaded or
   * processed, `fileId` is the id of the earlier version. `sha256` is in hexadecimal.
   */
  output: { fileId: string; extension: string; bytes: number; sha256: string } | null;
}

/** Options for `client.files.list()`. */
export interface FileListOptions extends RequestOptions {
  pipeline: string;
  /** The symbolic directory to list, including its subdirectories. @default '/' */
  directory?: string | undefined;
  /** Maximum number of files per page, at most 1000. @default 1000 */
  limit?: number | undefined;
  /** The previous page's `nextCursor`. */
  cursor?: string | undefined;
}

/** A finished file, as listed by `client.files.list()`. */
export interface FileEntry {
  fileId: string;
  symbolicFilePath: string;
  /** The SHA-256 of the input, in hexadecimal; `null` if it is not known. */
  inputSha256: string | null;
  /** The symbolic directory of the `client.sync` call that added the file; `null` if no `client.sync` call added it. */
  syncRoot: string | null;
  /** ISO 8601; `null` if the file does not expire. */
  expiresAt: string | null;
}

/** A page of finished files, newest first. */
export interface FileEntryPage {
  items: FileEntry[];
  /** `null` on the last page. */
  nextCursor: string | null;
}
