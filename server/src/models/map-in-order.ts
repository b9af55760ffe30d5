/**
 * Calls `work` for each item, with at most `concurrency` concurrent calls. Yields the results in the order of the items. Reads at
 * most one item ahead of the running calls.
 *
 * @throws The error of the first item that failed, after all running calls have ended.
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
      // prevent an unhandled rejection before the call is awaited
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
