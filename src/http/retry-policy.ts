import { readRetryAfter } from '../shared/rules/retry-after.js';
import type { TransportError } from './transport-error.js';

/**
 * When to retry a request:
 *
 * - `always`: after any transient error, because the request is idempotent.
 * - `if-not-received`: only if the request certainly did not reach the server, or if the server rejected it with status 429, or with
 *   status 503 and `Retry-After`.
 */
export type RetryPolicy = 'always' | 'if-not-received';

const transientStatuses = new Set([408, 425, 429, 500, 502, 503, 504]);
/** Maximum `Retry-After` delay, in milliseconds. During an outage, `Retries` can accept a longer delay. */
export const maxRetryAfterMs = 60_000;

interface ResponseHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Returns whether a retry may succeed after a response with this status. */
export function isTransientStatus(status: number): boolean {
  return transientStatuses.has(status);
}

/**
 * Returns whether the server may have accepted a request, judging by the response. False only for a permanent 4xx error, or a 503
 * with `Retry-After`.
 */
export function mayHaveBeenAccepted({ status, headers }: ResponseHead): boolean {
  if (status === 503) return readRetryAfter(headers) === undefined;
  return status < 400 || status >= 500 || isTransientStatus(status);
}

/** Returns whether a request can be retried after a response. The caller must respect `Retry-After`. */
export function shouldRetryAfterResponse({ status, headers }: ResponseHead, retryPolicy: RetryPolicy): boolean {
  const retryAfterMs = readRetryAfter(headers);
  if (retryPolicy === 'always') return isTransientStatus(status);
  return status === 429 || (status === 503 && retryAfterMs !== undefined);
}

export function shouldRetryAfterTransportError(error: TransportError, retryPolicy: RetryPolicy): boolean {
  return retryPolicy === 'always' ? error.isTransient : error.requestNeverArrived;
}

/**
 * Returns the delay before the next attempt, in milliseconds: at least `retryAfterMs` if it is set, otherwise exponential backoff up to
 * 8 seconds. Random jitter prevents requests that failed together from being retried together.
 *
 * @param retryIndex The 0-based index of the retry.
 * @param retryAfterMs The delay that the server requested, in milliseconds.
 */
export function getRetryDelay(retryIndex: number, retryAfterMs?: number): number {
  if (retryAfterMs !== undefined) return retryAfterMs + Math.random() * Math.min(1000, retryAfterMs);
  return Math.random() * Math.min(8000, 1000 * 2 ** retryIndex);
}
