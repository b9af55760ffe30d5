import type { RetryDelay } from '../types/task.js';

/** The longest that a timer can be set to. */
const longest = 2 ** 31 - 1;

/**
 * Milliseconds until the next attempt. What grows is drawn from 0 to its full length, so that many that fail together do not come
 * back together: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param attempt The attempt that failed, from 1.
 */
export function retryDelayOf(delay: RetryDelay | undefined, attempt: number, error: unknown): number {
  if (typeof delay === 'number') return bounded(delay);
  if (typeof delay === 'function') return bounded(delay(attempt, error));
  const { base = 1000, cap = 60_000 } = delay ?? {};
  return bounded(Math.random() * Math.min(cap, base * 2 ** (attempt - 1)));
}

/** A function may give anything. */
function bounded(milliseconds: number): number {
  return milliseconds > 0 ? Math.min(longest, milliseconds) : 0;
}
