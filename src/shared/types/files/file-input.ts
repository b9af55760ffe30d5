/**
 * A file to process. A string is always a path, never the content. An `ArrayBuffer` or a view of one, such as a `Buffer`, is the
 * content.
 *
 * Bytes, streams and unnamed `Blob`s require the option `fileName` or `symbolicFilePath`. Without either, a `fetch` response gets its name
 * from its `Content-Disposition` header or its URL.
 *
 * The upload of a stream or response cannot be retried after the first byte has been read, because the data can be read only once. The
 * exception is data of a known size within the server's `inlineBytes` limit. All other uploads can be retried.
 */
export type FileInput = string | URL | Blob | ArrayBuffer | ArrayBufferView | ByteStream | ResponseInput | StreamInput;

/** A stream of bytes: a Node stream, a web stream such as `request.body`, or another async iterable of bytes. */
export type ByteStream = AsyncIterable<Uint8Array> | WebStream;

/** A `ReadableStream` of bytes. Declares only the methods that the SDK calls, so that TypeScript's DOM types are not required. */
export interface WebStream {
  /** Locks the stream and returns its reader. */
  getReader(): {
    /** Returns the next chunk. */
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    /** Stops reading the stream before its end. */
    cancel(): Promise<void>;
  };
}

/** A `Response` from `fetch`, whose body is the file's content. */
export interface ResponseInput {
  /** Whether the status is between 200 and 299. If false, the response is rejected. */
  readonly ok: boolean;
  readonly status: number;
  readonly headers: {
    /** Returns a header's value, or `null` if the header is missing. */
    get(name: string): string | null;
  };
  readonly body: ByteStream | null;
  readonly bodyUsed?: boolean | undefined;
  readonly url?: string | undefined;
}

/** A stream with the content of a file, and the file's name. */
export interface StreamInput {
  stream: ByteStream;
  /** The file's name. Its extension determines the file type. */
  fileName: string;
  /** The size in bytes, if known. The hosted service rejects uploads of unknown size. */
  size?: number | undefined;
}

/** A file's name, location, tags, description and lifetime on the server. */
export interface FileMetadata {
  /** @default the local name plus ten letters derived from `idempotencyKey`, so that the same file can be processed twice */
  fileName?: string | undefined;
  /** @default '/etc'; on Millrace servers, '/' for files that `processMany()` finds in a directory */
  symbolicDirectoryPath?: string | undefined;
  /** The full symbolic path, as an alternative to `symbolicDirectoryPath` and `fileName`. */
  symbolicFilePath?: string | undefined;
  /** Tags, each with one key. @default [] */
  fileTags?: readonly FileTag[] | undefined;
  /** @default '' */
  fileDescription?: string | undefined;
  /**
   * How long the server keeps the file, its output and its search data, in seconds. On Millrace servers, `null` means that the file never
   * expires.
   *
   * @default 1800; on Millrace servers, `null` for files that `processMany()` finds in a directory
   */
  expireTime?: number | null | undefined;
}

/** A tag with one key, for example `{ author: 'orwell' }`. */
export type FileTag = Readonly<Record<string, string>>;
