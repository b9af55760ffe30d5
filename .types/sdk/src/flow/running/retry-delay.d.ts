import type { RetryDelay } from '../types/task.js';
/**
 * Returns the delay before the next attempt, in milliseconds. Exponential backoff has full jitter, so that tasks that fail
 * together do not retry together: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param attempt The number of the failed attempt, starting at 1.
 * @returns `undefined` if the user's function throws, in which case there is no next attempt.
 */
export declare function getRetryDelay(delay: RetryDelay | undefined, attempt: number, error: unknown): number | undefined;
