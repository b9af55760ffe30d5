import type { AttemptOptions, RetryDelay } from '../types/attempt-options.js';

/** Maximum delay of a timer in Node, in milliseconds. */
const maxDelayMs = 2 ** 31 - 1;

/**
 * Returns the delay before the next attempt, in milliseconds. Returns `undefined`, which means no retry, if the user's function throws.
 * Exponential backoff uses full jitter, so that tasks that fail together do not retry together:
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failedAttemptCount The number of failed attempts since the run was started or resumed.
 */
export function getRetryDelay(
  delay: RetryDelay | undefined,
  failedAttemptCount: number,
  error: unknown,
): number | undefined {
  if (typeof delay === 'number') return clampDelay(delay);
  if (typeof delay === 'function') {
    try {
      return clampDelay(delay(failedAttemptCount, error));
    } catch {
      return undefined;
    }
  }
  const { base = 1000, cap = 60_000 } = delay ?? {};
  return clampDelay(Math.random() * Math.min(cap, base * 2 ** (failedAttemptCount - 1)));
}

/** Clamps a delay to a timer's range, because the user's function may return any number. NaN becomes 0. */
function clampDelay(milliseconds: number): number {
  return milliseconds > 0 ? Math.min(maxDelayMs, milliseconds) : 0;
}

/** Returns whether `retryIf` allows a retry. True if `retryIf` is not set, false if it throws. */
export function isRetryAllowed({ retryIf }: AttemptOptions, error: unknown): boolean {
  if (!retryIf) return true;
  try {
    return retryIf(error);
  } catch {
    return false;
  }
}
