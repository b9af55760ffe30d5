import type { RequestOptions } from '../client-options.js';
import type { Json } from '../json.js';

/** A symbolic path, and the content that a file there is compared with. */
export interface FileLookup {
  symbolicFilePath: string;
  /** The SHA-256 of the content, in hexadecimal. */
  sha256?: string | undefined;
}

/** Options for `client.files.lookup()`. */
export interface LookupOptions extends RequestOptions {
  /** The pipeline whose files are looked up. */
  pipeline: string;
  /** The chain that a file must have been processed with to be the same. */
  chain: readonly string[];
  /** The models and parameters that it must have been processed with, by position: `module_1`. @default each module's defaults */
  modules?: Readonly<Record<string, { model?: string; params?: Readonly<Record<string, Json>> }>> | undefined;
}

/** The newest file at a symbolic path. */
export interface FoundFile {
  fileId: string;
  /** The id of the run that processed it, or does. */
  requestId: string;
  /** `uploading`: a client has reserved the path, and the content has not arrived. */
  state: 'uploading' | 'processing' | 'ready';
  /** The SHA-256 of the input, in hexadecimal; `null` if it is not known. */
  inputSha256: string | null;
  /** Whether it has the content that was asked for, and was processed with the same chain, models and parameters. */
  isSame: boolean;
  /** The symbolic directory that `client.sync` keeps equal to a folder, if it put the file there. */
  syncRoot: string | null;
  /** ISO 8601; `null`: never. */
  expiresAt: string | null;
  /** The output of the finished file at the path, and its id; `null` if there is no finished one. SHA-256 in hexadecimal. */
  output: { fileId: string; extension: string; bytes: number; sha256: string } | null;
}

/** Options for `client.files.list()`. */
export interface FileListOptions extends RequestOptions {
  pipeline: string;
  /** Only files in this symbolic directory and below it. @default '/' */
  directory?: string | undefined;
  /** Maximum number of files, at most 1000. @default 1000 */
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
}

/** A finished file in a list. */
export interface FileEntry {
  fileId: string;
  symbolicFilePath: string;
  /** The SHA-256 of the input, in hexadecimal; `null` if it is not known. */
  inputSha256: string | null;
  /** The symbolic directory that `client.sync` keeps equal to a folder, if it put the file there. */
  syncRoot: string | null;
  /** ISO 8601; `null`: never. */
  expiresAt: string | null;
}

/** A page of finished files, newest first. */
export interface FileEntryPage {
  items: FileEntry[];
  /** `null`: there are no more. */
  nextCursor: string | null;
}
