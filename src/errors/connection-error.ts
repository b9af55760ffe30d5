import { brandErrorClass, MillraceError } from './millrace-error.js';

/**
 * The server could not be reached or did not send a complete response, or the response was compressed or too large. `cause` is a plain
 * error with a `code`, such as `ECONNRESET` or `TIMEOUT`.
 */
export class ConnectionError extends MillraceError {
  override readonly name: string = 'ConnectionError';
  readonly code: 'connection' | 'timeout' = 'connection';

  static {
    brandErrorClass(this, 'ConnectionError');
  }
}

/** An HTTP request exceeded its `timeout`, or no progress was made for that long while a file was read or transferred. */
export class TimeoutError extends ConnectionError {
  override readonly name: string = 'TimeoutError';
  override readonly code = 'timeout' as const;

  static {
    brandErrorClass(this, 'TimeoutError');
  }
}
