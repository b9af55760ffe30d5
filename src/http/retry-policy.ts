import { readRetryAfter } from '../shared/rules/retry-after.js';
import type { TransportFault } from './transport-fault.js';

/**
 * When to repeat a request. `always`: the request is idempotent, so it is repeated after any transient error. `never-arrived`: the request
 * is not idempotent, so it is repeated only if it certainly did not reach the server, or if the server rejected it and requested a retry.
 */
export type Repeat = 'always' | 'never-arrived';

const transientStatuses = new Set([408, 425, 429, 500, 502, 503, 504]);
/** Maximum `Retry-After` delay to accept outside an outage, in milliseconds. */
export const maxRetryAfter = 60_000;

interface ResponseHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Returns whether a retry may succeed after a response with this status. */
export function isTransientStatus(status: number): boolean {
  return transientStatuses.has(status);
}

/**
 * Returns whether the server may have accepted a request despite its response. Only a permanent error, or a 503 with `Retry-After`,
 * rules this out.
 */
export function mayHaveAccepted({ status, headers }: ResponseHead): boolean {
  if (status === 503) return readRetryAfter(headers) === undefined;
  return status < 400 || status >= 500 || isTransientStatus(status);
}

/** Returns whether a request can be repeated after a response. The caller must respect the response's `Retry-After`. */
export function shouldRetryAfterResponse({ status, headers }: ResponseHead, repeat: Repeat): boolean {
  const retryAfter = readRetryAfter(headers);
  if (repeat === 'always') return isTransientStatus(status);
  return status === 429 || (status === 503 && retryAfter !== undefined);
}

export function shouldRetryAfterFault(fault: TransportFault, repeat: Repeat): boolean {
  return repeat === 'always' ? fault.isTransient : fault.neverArrived;
}

/**
 * Returns the delay before the next attempt, in milliseconds. The delay is random, so that calls that failed together do not retry
 * together. It is never shorter than `Retry-After`.
 *
 * @param number The 0-based number of the retry.
 * @param retryAfter The delay that the server requested, in milliseconds.
 */
export function getRetryDelay(number: number, retryAfter?: number): number {
  if (retryAfter !== undefined) return retryAfter + Math.random() * Math.min(1000, retryAfter);
  return Math.random() * Math.min(8000, 1000 * 2 ** number);
}
