/**
 * A file to process. A string is always a path, never the content.
 *
 * A `StreamInput` can be read only once, so its upload cannot be retried after the first byte, unless its `size` is small enough
 * for its content to be kept in memory. All other uploads can be retried.
 */
export type FileInput = string | URL | Blob | Uint8Array | StreamInput;

/** A file whose content is read during the upload. */
export interface StreamInput {
  stream: AsyncIterable<Uint8Array>;
  /** The file's name. Its extension determines the data format. */
  fileName: string;
  /** Size in bytes. Set it if known, because the hosted service rejects uploads of unknown length. */
  size?: number | undefined;
}

/** The name, location, tags and lifetime of a file on the server. */
export interface FileMetadata {
  /** @default the local name plus ten random letters, so that you can process a file twice */
  fileName?: string | undefined;
  /** @default '/etc' */
  symbolicDirectoryPath?: string | undefined;
  /** The directory and name, instead of `symbolicDirectoryPath` and `fileName`. */
  symbolicFilePath?: string | undefined;
  /** Tags, each with one key. @default [] */
  fileTags?: readonly FileTag[] | undefined;
  /** @default '' */
  fileDescription?: string | undefined;
  /** Time until the file, its output and its search data are deleted, in seconds. @default 1800 */
  expireTime?: number | undefined;
}

/** A tag with one key, for example `{ author: 'orwell' }`. */
export type FileTag = Readonly<Record<string, string>>;
