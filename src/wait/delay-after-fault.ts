import { ApiError } from '../errors/api-error.js';
import { ConnectionError } from '../errors/connection-error.js';
import { retryDelay } from '../http/retry-policy.js';

/** Maximum `Retry-After` delay to honour, in milliseconds. */
const maxRetryAfter = 60_000;

/**
 * Returns how long to wait before re-reading a run after an error, in milliseconds, or `undefined` if retrying is pointless.
 * Reading has no side effects, so every status of 500 or above is retried, and the caller decides when to give up.
 *
 * @param faults Number of consecutive errors before this one.
 */
export function delayAfterFault(fault: unknown, faults: number): number | undefined {
  if (fault instanceof ConnectionError) return fault.retryable ? retryDelay(faults) : undefined;
  if (!(fault instanceof ApiError) || !(fault.retryable || fault.status >= 500)) return undefined;
  return fault.retryAfterMs === undefined ? retryDelay(faults) : Math.min(fault.retryAfterMs, maxRetryAfter);
}
