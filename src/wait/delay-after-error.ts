import { ApiError } from '../errors/api-error.js';
import { ConnectionError } from '../errors/connection-error.js';
import { retryDelay } from '../http/retry-policy.js';

/** Maximum `Retry-After` delay to honour, in milliseconds. */
const maxRetryAfter = 60_000;

/**
 * Returns how long to wait before re-reading a run after an error, in milliseconds, or `undefined` if retrying is pointless.
 * Reading has no side effects, so every status of 500 or above is retried, and the caller decides when to give up.
 *
 * @param previousErrors Number of consecutive errors before this one.
 */
export function delayAfterError(error: unknown, previousErrors: number): number | undefined {
  if (error instanceof ConnectionError) return error.retryable ? retryDelay(previousErrors) : undefined;
  if (!(error instanceof ApiError) || !(error.retryable || error.status >= 500)) return undefined;
  return error.retryAfterMs === undefined ? retryDelay(previousErrors) : Math.min(error.retryAfterMs, maxRetryAfter);
}
