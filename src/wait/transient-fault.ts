import { ApiError } from '../errors/api-error.js';
import { ConnectionError } from '../errors/connection-error.js';

/**
 * Whether a look at a run may do better the next time. It changes nothing, so whatever a server or a gateway in front of it answers
 * from 500 up is worth another one: it is for whoever waits to say how long.
 */
export function isTransientFault(error: unknown): boolean {
  if (error instanceof ConnectionError) return error.retryable;
  return error instanceof ApiError && (error.retryable || error.status >= 500);
}
