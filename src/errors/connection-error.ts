import { brandErrorClass, MillraceError } from './millrace-error.js';

/**
 * The server could not be reached, or did not send a complete response. `cause` is a plain error with a `code`, such as `ECONNRESET` or
 * `TIMEOUT`.
 */
export class ConnectionError extends MillraceError {
  override readonly name: string = 'ConnectionError';
  readonly code: 'connection' | 'timeout' = 'connection';

  static {
    brandErrorClass(this, 'ConnectionError');
  }
}

/** An HTTP request exceeded its `timeout`, or a transfer made no progress for that long. */
export class TimeoutError extends ConnectionError {
  override readonly name: string = 'TimeoutError';
  override readonly code = 'timeout' as const;

  static {
    brandErrorClass(this, 'TimeoutError');
  }
}
