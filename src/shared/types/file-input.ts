/**
 * A file to process. A string is always a path, never the content.
 *
 * A `StreamInput` can be read only once, so its upload cannot be retried after the first byte, unless it has a `size` small enough
 * for it to be kept in memory. Uploads of every other kind can be retried.
 */
export type FileInput = string | URL | Blob | Uint8Array | StreamInput;

/** A file that is read while it is uploaded. */
export interface StreamInput {
  stream: AsyncIterable<Uint8Array>;
  /** The name of the file. Its extension determines the file's type. */
  fileName: string;
  /** Bytes. Set it if you know it: the hosted service does not accept uploads of unknown length. */
  size?: number | undefined;
}

/** The name, place, tags and lifetime of a file on the server. */
export interface FileMetadata {
  /** @default the local name with ten random letters, so that you can process a file twice */
  fileName?: string | undefined;
  /** @default '/etc' */
  symbolicDirectoryPath?: string | undefined;
  /** The directory and the name, instead of `symbolicDirectoryPath` and `fileName`. */
  symbolicFilePath?: string | undefined;
  /** Tags, each with one key. @default [] */
  fileTags?: readonly FileTag[] | undefined;
  /** @default '' */
  fileDescription?: string | undefined;
  /** Seconds until the file, its output and its search data are deleted. @default 1800 */
  expireTime?: number | undefined;
}

/** A tag with one key, for example `{ author: 'orwell' }`. */
export type FileTag = Readonly<Record<string, string>>;
