import type { DataFormat } from '../modules/module.js';

/** What a server accepts. Announced by `GET /v1`; a server without `/v1` has the hosted service's own (`originalLimits`). */
export interface Limits {
  /**
   * `any`: names, paths, tags and descriptions keep their case and script.
   * `ascii-lower-case`: ASCII only, and the client lower-cases names, paths and tags before sending.
   */
  readonly characters: 'any' | 'ascii-lower-case';
  /** Characters. */
  readonly pipelineNameLength: number;
  readonly fileNameLength: number;
  /** Of a symbolic directory path. */
  readonly pathLength: number;
  readonly descriptionLength: number;
  readonly tags: number;
  /** Of a tag's key, and of its value. */
  readonly tagLength: number;
  /** Entries of one list argument (`file_ids`, `file_names`, …). */
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
  /** File extensions that an upload may have, by the input format of the chain's first module: lower case, each with its dot. */
  readonly extensions: Readonly<Record<DataFormat, readonly string[]>>;
  /** The least number of words in a text input. */
  readonly textWords: number;
  /** The most lines in a text input; `null`: no limit. */
  readonly textLines: number | null;
  /** Files of so many bytes and more are uploaded so that an interrupted upload goes on where it stopped; `null`: the server cannot. */
  readonly resumableBytes: number | null;
  /** Files of at most so many bytes travel in the request itself, and such outputs in the answer; `null`: the server cannot. */
  readonly inlineBytes: number | null;
}
