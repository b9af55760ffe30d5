/**
 * Calls `work` for each item, at most `concurrency` at a time. Items are read in order. An item is not read until a call can
 * start for it.
 *
 * @throws The first error, or the signal's reason, once all running calls have ended. No call starts after an error.
 */
export declare function forEachConcurrently<T>(items: Iterable<T> | AsyncIterable<T>, concurrency: number, work: (item: T) => Promise<void>, signal?: AbortSignal): Promise<void>;
