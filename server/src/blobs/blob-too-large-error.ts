/** More bytes arrived than the writer may store; nothing of them was kept. */
export class BlobTooLargeError extends Error {
  override readonly name = 'BlobTooLargeError';
  /** Bytes. */
  readonly limit: number;

  constructor(limit: number) {
    super(
      `Expected the file to have at most ${limit} bytes, got more. Send a smaller file, or raise the server's limit.`,
    );
    this.limit = limit;
  }
}
