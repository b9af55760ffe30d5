import { MillraceError } from './millrace-error.js';

/** The server could not be reached, or went silent. `cause` is a plain error with the system's `code`, such as `ECONNRESET`. */
export class ConnectionError extends MillraceError {
  override readonly name: string = 'ConnectionError';
  readonly code: 'connection' | 'timeout' = 'connection';
}
