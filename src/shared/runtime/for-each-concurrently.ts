import { throwIfAborted } from './abort-reason.js';

/**
 * Calls `work` for each item, with at most `concurrency` calls at a time. Reads the items in order, and each item only when its call
 * can start.
 *
 * @throws The first error, or the signal's reason if the signal is aborted before the last call starts. After an error, no further call
 * starts, no more items are read, and the promise rejects once the running calls have ended.
 */
export async function forEachConcurrently<T>(
  items: Iterable<T> | AsyncIterable<T>,
  concurrency: number,
  work: (item: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const failures: unknown[] = [];
  const hasFailed = (): boolean => failures.length > 0;
  const processItems = async (): Promise<void> => {
    while (!hasFailed()) {
      try {
        const next = source.next();
        const result = 'then' in next ? await next : next;
        // another call may have failed while the source produced the item
        if (result.done || hasFailed()) return;
        throwIfAborted(signal);
        await work(result.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, processItems));
  if (hasFailed()) throw failures[0];
}
