import type { DataFormat } from '../modules/module.js';

/** A server's limits, as returned by `GET /v1`. A server without `/v1` has the hosted service's limits. */
export interface Limits {
  /**
   * `any`: names, paths, tags and descriptions keep their case and script.
   * `ascii-lower-case`: ASCII only, and the client lower-cases names, paths and tags before sending.
   */
  readonly characters: 'any' | 'ascii-lower-case';
  /** Maximum length in characters. */
  readonly pipelineNameLength: number;
  readonly fileNameLength: number;
  /** Maximum length of a symbolic directory path. */
  readonly pathLength: number;
  readonly descriptionLength: number;
  readonly tags: number;
  /** Maximum length of each tag key and value. */
  readonly tagLength: number;
  /** Maximum number of entries in a list argument (`file_ids`, `file_names`, …). */
  readonly listLength: number;
  /** A file's time to live, in seconds. */
  readonly expireTime: { readonly min: number; readonly max: number };
  /** Whether a file can be kept until it is deleted: `expireTime: null`. */
  readonly neverExpires: boolean;
  /** Maximum `k` for a semantic search. */
  readonly k: number;
  /** Maximum `max_files`. */
  readonly maxFiles: number;
  readonly queryLength: { readonly min: number; readonly max: number };
  /** Upload size in bytes, by the input format of the chain's first module. */
  readonly fileBytes: Readonly<Record<DataFormat, { readonly min: number; readonly max: number }>>;
  /** File extensions accepted for uploads, by the same format, in lower case and with the dot. */
  readonly extensions: Readonly<Record<DataFormat, readonly string[]>>;
  /** Whether a file with another extension, or without one, is accepted as text if its content is text. */
  readonly textByContent: boolean;
  /** Minimum number of words in a text input. */
  readonly textWords: number;
  /** Maximum number of lines in a text input; `null` for no limit. */
  readonly textLines: number | null;
  /** Uploads of at least this many bytes can be resumed; `null` if uploads cannot be resumed. */
  readonly resumableBytes: number | null;
  /** Files and outputs of at most this many bytes are sent inline; `null` if nothing is sent inline. */
  readonly inlineBytes: number | null;
  /** Maximum number of files in one request of a batch; `null` if the server does not support batches. */
  readonly batchFiles: number | null;
  /** Maximum total size of these files, in bytes. Each file has at most `inlineBytes`. */
  readonly batchBytes: number | null;
  /** Maximum number of files in one lookup by path; `null` if the server does not support lookups and folders. */
  readonly lookupFiles: number | null;
}
