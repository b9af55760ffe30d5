import type { DataFormat } from '../modules/module.js';

/** What a server accepts. `GET /v1` returns it; a server without `/v1` has the limits of the hosted service. */
export interface Limits {
  /**
   * `any`: names, paths, tags and descriptions keep their case and script.
   * `ascii-lower-case`: ASCII only, and the client lower-cases names, paths and tags before sending.
   */
  readonly characters: 'any' | 'ascii-lower-case';
  /** Characters. */
  readonly pipelineNameLength: number;
  readonly fileNameLength: number;
  /** Characters of a symbolic directory path. */
  readonly pathLength: number;
  readonly descriptionLength: number;
  readonly tags: number;
  /** Characters of a tag's key, and of its value. */
  readonly tagLength: number;
  /** The maximum number of entries in a list argument (`file_ids`, `file_names`, …). */
  readonly listLength: number;
  /** Seconds. */
  readonly expireTime: { readonly min: number; readonly max: number };
  /** The largest `k` of a semantic search. */
  readonly k: number;
  /** The largest `max_files`. */
  readonly maxFiles: number;
  readonly queryLength: { readonly min: number; readonly max: number };
  /** Bytes of an uploaded file, by the input format of the chain's first module. */
  readonly fileBytes: Readonly<Record<DataFormat, { readonly min: number; readonly max: number }>>;
  /** The file extensions of uploads, by the input format of the chain's first module: in lower case, each with its dot. */
  readonly extensions: Readonly<Record<DataFormat, readonly string[]>>;
  /** The minimum number of words in a text input. */
  readonly textWords: number;
  /** The maximum number of lines in a text input; `null` for no limit. */
  readonly textLines: number | null;
  /** Uploads of at least this many bytes can be resumed after an interruption; `null` if the server does not support it. */
  readonly resumableBytes: number | null;
  /** Files and outputs of at most this many bytes are sent within requests and responses; `null` if the server does not support it. */
  readonly inlineBytes: number | null;
}
