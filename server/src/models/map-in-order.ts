/**
 * Calls `work` for each item, at most `concurrency` at a time, and yields the results in the order of the items. Reads an item only
 * when a call can start for it.
 *
 * @throws The first error, in the order of the items, once all running calls have ended. No call starts after it.
 */
export async function* mapInOrder<T, R>(
  items: Iterable<T>,
  concurrency: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const running: Promise<R>[] = [];
  try {
    for (const item of items) {
      const [first] = running;
      if (first && running.length >= concurrency) {
        yield await first;
        void running.shift();
      }
      const call = work(item);
      // its error is thrown when the call is first in order
      call.catch(() => undefined);
      running.push(call);
    }
    for (let first = running[0]; first; first = running[0]) {
      yield await first;
      void running.shift();
    }
  } finally {
    await Promise.allSettled(running);
  }
}
