import type { DataFormat } from '../modules/module.js';

/** A server's limits, as returned by `GET /v1`. For a server without `/v1`, the SDK applies the hosted service's limits. */
export interface Limits {
  /**
   * `any`: names, paths, tags and descriptions can contain upper-case and non-ASCII characters.
   * `ascii-lower-case`: only ASCII is allowed, and the client converts names, paths and tags to lower case before sending them.
   */
  readonly characters: 'any' | 'ascii-lower-case';
  /** Maximum length of a pipeline's name. All lengths are in characters. */
  readonly pipelineNameLength: number;
  readonly fileNameLength: number;
  /** Maximum length of a symbolic directory path. */
  readonly pathLength: number;
  readonly descriptionLength: number;
  /** Maximum number of tags per file. */
  readonly tags: number;
  /** Maximum length of each tag key and value. */
  readonly tagLength: number;
  /** Maximum number of entries in a list argument (`file_ids`, `file_names`, …). */
  readonly listLength: number;
  /** Allowed range of `expireTime`, in seconds. */
  readonly expireTime: { readonly min: number; readonly max: number };
  /** Whether files can be stored without an expiry time (`expireTime: null`). */
  readonly neverExpires: boolean;
  /** Maximum value of `k`, the maximum number of snippets per file in a semantic search. */
  readonly k: number;
  /** Maximum value of `max_files`. */
  readonly maxFiles: number;
  readonly queryLength: { readonly min: number; readonly max: number };
  /** Allowed size of an upload in bytes, by the input format of the chain's first module. */
  readonly fileBytes: Readonly<Record<DataFormat, { readonly min: number; readonly max: number }>>;
  /** Accepted file extensions, in lower case and with the dot, by the input format of the chain's first module. */
  readonly extensions: Readonly<Record<DataFormat, readonly string[]>>;
  /** Whether a file with an unknown extension is accepted as text if its content is text. */
  readonly textByContent: boolean;
  /** Minimum number of words in a text input. */
  readonly textWords: number;
  /** Maximum number of lines in a text input; `null` for no limit. */
  readonly textLines: number | null;
  /** Uploads of at least this many bytes can be resumed; `null` if uploads cannot be resumed. */
  readonly resumableBytes: number | null;
  /** Files and outputs of up to this many bytes can be part of a request or response; `null` if all are transferred separately. */
  readonly inlineBytes: number | null;
  /** Maximum number of files in a request that adds files to a batch; `null` if the server does not support batches. */
  readonly batchFiles: number | null;
  /**
   * Maximum total size of the files in a request that adds files to a batch, in bytes; `null` if the server does not support batches. Each
   * file can have at most `inlineBytes` bytes.
   */
  readonly batchBytes: number | null;
  /** Maximum number of files per lookup; `null` if the server does not support lookups, which `sync` requires. */
  readonly lookupFiles: number | null;
}
