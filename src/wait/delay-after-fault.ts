import { ApiError } from '../errors/api-error.js';
import { ConnectionError } from '../errors/connection-error.js';
import { retryDelay } from '../http/retry-policy.js';

/** Milliseconds that a server's `Retry-After` is followed for. */
const maxRetryAfter = 60_000;

/**
 * Returns the milliseconds until a run is read again after a fault; `undefined` when reading it again is of no use. Reading
 * changes nothing, so every status from 500 up is worth another request: how long to go on is the caller's choice.
 *
 * @param faults How many faults came before it, one after the other.
 */
export function delayAfterFault(fault: unknown, faults: number): number | undefined {
  if (fault instanceof ConnectionError) return fault.retryable ? retryDelay(faults) : undefined;
  if (!(fault instanceof ApiError) || !(fault.retryable || fault.status >= 500)) return undefined;
  return fault.retryAfterMs === undefined ? retryDelay(faults) : Math.min(fault.retryAfterMs, maxRetryAfter);
}
