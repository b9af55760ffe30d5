import { ApiError, ForbiddenError } from '../errors/api-error.js';
import { getRetryDelay } from '../http/retry-policy.js';

/** Number of retries with a short delay while the server does not accept run events. */
const quickRetryCount = 5;
/** Delay before each later retry, in milliseconds. */
const slowRetryDelayMs = 60_000;

/** Thrown if the server does not accept run events, because it supports only the hosted protocol or a proxy responded in its place. */
export class RunEventsUnsupportedError extends Error {
  override readonly name = 'RunEventsUnsupportedError';
}

/** Returns whether the server rejected the request's content, in which case sending the same content again would not help. */
export function isRejection(error: unknown): boolean {
  return error instanceof ApiError && [400, 413, 422].includes(error.status);
}

/** Returns the ids of the runs that the API key is not allowed to report. Empty if the error has another cause. */
export function findRefusedRunIds(error: unknown): string[] {
  if (!(error instanceof ForbiddenError)) return [];
  const body = error.body as { error?: { details?: { runs?: unknown } } } | null;
  const runs = body?.error?.details?.runs;
  return Array.isArray(runs) ? runs.filter((id) => typeof id === 'string') : [];
}

/**
 * Returns the delay before the next attempt, in milliseconds, while the server does not accept run events.
 *
 * @param retryIndex The 0-based index of the retry.
 */
export function getUnsupportedRetryDelay(retryIndex: number): number {
  return retryIndex < quickRetryCount ? getRetryDelay(retryIndex) : slowRetryDelayMs;
}
