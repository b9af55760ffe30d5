import { throwIfAborted } from './abort-reason.js';

/**
 * Calls `work` for each item, with at most `concurrency` calls at a time. Reads the items in order, each only when its call can
 * start.
 *
 * @throws The first error, or the reason of an aborted signal, once all running calls have ended. No call starts after an error.
 */
export async function forEachConcurrently<T>(
  items: Iterable<T> | AsyncIterable<T>,
  concurrency: number,
  work: (item: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    while (failures.length === 0) {
      try {
        const next = source.next();
        const result = 'then' in next ? await next : next;
        if (result.done) return;
        throwIfAborted(signal);
        await work(result.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  if (failures.length > 0) throw failures[0];
}
