import { readRetryAfter } from '../shared/rules/retry-after.js';
import type { TransportFault } from './transport-fault.js';

/**
 * `always`: the request is idempotent. `never-arrived`: the request creates something and is not idempotent, so it is only sent
 * again if it certainly did not reach the server.
 */
export type Repeat = 'always' | 'never-arrived';

const transientStatuses = new Set([408, 425, 429, 500, 502, 503, 504]);
const longestRetryAfter = 60_000;

interface Refused {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Returns whether a retry may succeed after a response with this status. */
export function isTransientStatus(status: number): boolean {
  return transientStatuses.has(status);
}

/** Returns whether the server may have accepted a request despite its response. Only a permanent refusal rules it out. */
export function mayHaveAccepted({ status }: Refused): boolean {
  return status < 400 || status >= 500 || isTransientStatus(status);
}

/** Returns whether to retry after a response. */
export function mayRepeatAfterResponse({ status, headers }: Refused, repeat: Repeat): boolean {
  const asked = readRetryAfter(headers);
  if (asked !== undefined && asked > longestRetryAfter) return false;
  if (repeat === 'always') return isTransientStatus(status);
  return status === 429 || (status === 503 && asked !== undefined);
}

/** Returns whether to retry after a request without a response. */
export function mayRepeatAfterFault(fault: TransportFault, repeat: Repeat): boolean {
  return repeat === 'always' ? fault.isTransient : fault.neverArrived;
}

/** Returns the milliseconds until the next attempt; the first retry is number 0. `Retry-After` takes precedence. */
export function retryDelay(number: number, headers: Readonly<Record<string, string>> = {}): number {
  const asked = readRetryAfter(headers);
  if (asked !== undefined && asked <= longestRetryAfter) return asked;
  const delay = Math.min(8000, 500 * 2 ** number);
  return delay * (0.75 + Math.random() * 0.25);
}
