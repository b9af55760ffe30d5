import { readRetryAfter } from 'millrace/shared/rules/retry-after.js';

/**
 * When to try again after so many attempts; `null` when they are spent.
 *
 * @param retryAfter What the receiver asked for: it may put the attempt off, to the longest wait of the schedule, and not
 * bring it forward.
 */
export function nextAttempt(
  attempts: number,
  retryAfter: string | undefined,
  retryMs: readonly number[],
  now: Date,
): Date | null {
  const wait = retryMs[attempts - 1];
  if (wait === undefined) return null;
  const asked = retryAfter === undefined ? 0 : (readRetryAfter({ 'retry-after': retryAfter }, now.getTime()) ?? 0);
  // within a tenth, so that what failed together does not come back together
  const spread = wait * (0.9 + Math.random() / 5);
  return new Date(now.getTime() + Math.max(spread, Math.min(asked, Math.max(...retryMs))));
}
