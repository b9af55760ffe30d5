import { ConnectionError } from './connection-error.js';

/** One HTTP exchange took longer than the client's `timeout`. */
export class TimeoutError extends ConnectionError {
  override readonly name: string = 'TimeoutError';
  override readonly code = 'timeout' as const;
}
