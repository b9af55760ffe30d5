/**
 * A file to process. A string is always a path, never contents.
 *
 * A `StreamInput` is read once, so an upload that fails after its first byte cannot be repeated, unless its `size` is given
 * and small enough for one request: then it is in memory. Every other kind can.
 */
export type FileInput = string | URL | Blob | Uint8Array | StreamInput;

/** A file that is read as it is sent. */
export interface StreamInput {
  stream: AsyncIterable<Uint8Array>;
  /** Its extension says what the file is. */
  fileName: string;
  /** Bytes. Give it when you know it: the hosted service does not accept uploads of unknown length. */
  size?: number | undefined;
}

/** What a file is called and filed under on the server. */
export interface FileMetadata {
  /** @default the local name with ten random letters, so that processing a file twice is no conflict */
  fileName?: string | undefined;
  /** @default '/etc' */
  symbolicDirectoryPath?: string | undefined;
  /** Directory and name in one, instead of `symbolicDirectoryPath` and `fileName`. */
  symbolicFilePath?: string | undefined;
  /** One key and one value each. @default [] */
  fileTags?: readonly FileTag[] | undefined;
  /** @default '' */
  fileDescription?: string | undefined;
  /** Seconds from now until the file, its output and its search data are removed. @default 1800 */
  expireTime?: number | undefined;
}

/** One key and its value, for example `{ author: 'orwell' }`. */
export type FileTag = Readonly<Record<string, string>>;
