import { readRetryAfter } from '../shared/rules/retry-after.js';
import type { TransportFault } from './transport-fault.js';

/**
 * `always`: doing it twice is doing it once. `never-arrived`: it creates something, and the server promises nothing about
 * a repetition, so only what certainly did not reach it is sent again.
 */
export type Repeat = 'always' | 'never-arrived';

const passing = new Set([408, 425, 429, 500, 502, 503, 504]);
const longestRetryAfter = 60_000;

interface Refused {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Whether an answer is one that the next attempt may better. */
export function isTransientStatus(status: number): boolean {
  return passing.has(status);
}

/** Whether a server may have all that it was sent, for all that the answer says: only a refusal for good says that it has not. */
export function mayHaveTaken({ status }: Refused): boolean {
  return status < 400 || status >= 500 || isTransientStatus(status);
}

/** Whether to send again after such an answer. */
export function mayRepeatAfterResponse({ status, headers }: Refused, repeat: Repeat): boolean {
  const asked = readRetryAfter(headers);
  if (asked !== undefined && asked > longestRetryAfter) return false;
  if (repeat === 'always') return isTransientStatus(status);
  return status === 429 || (status === 503 && asked !== undefined);
}

/** Whether to send again after no answer. */
export function mayRepeatAfterFault(fault: TransportFault, repeat: Repeat): boolean {
  return repeat === 'always' ? fault.isTransient : fault.neverArrived;
}

/** Milliseconds until the next attempt; the first retry is number 0. A server's own wish comes first. */
export function retryDelay(number: number, headers: Readonly<Record<string, string>> = {}): number {
  const asked = readRetryAfter(headers);
  if (asked !== undefined && asked <= longestRetryAfter) return asked;
  const delay = Math.min(8000, 500 * 2 ** number);
  return delay * (0.75 + Math.random() * 0.25);
}
