/**
 * Does some work for each thing, a few at a time.
 *
 * @throws the first failure, or the signal's reason, once the work that is under way has ended.
 */
export async function inLanes<T>(
  things: Iterable<T>,
  lanes: number,
  signal: AbortSignal,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const remaining = things[Symbol.iterator]();
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let next = remaining.next(); !next.done && failures.length === 0; next = remaining.next()) {
      try {
        signal.throwIfAborted();
        await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failures.length > 0) throw failures[0];
}
