import type { ActiveRun } from './active-run.js';

/** The outcome of work: a value, an error, or abandonment after the grace period. */
export type WorkOutcome<T> = { readonly value: T } | { readonly error: unknown } | { readonly abandoned: true };

/**
 * Waits for the work to settle. After the signal is aborted, work that does not settle within the grace period is abandoned.
 *
 * @param gracePeriodMs If `null`, the wait has no time limit.
 * @param beforeGracePeriod Called when the signal is aborted, unless `gracePeriodMs` is `null`. The grace period begins when the returned
 * promise is fulfilled.
 */
export function waitOrAbandon<T>(
  work: Promise<T>,
  signal: AbortSignal,
  gracePeriodMs: number | null,
  beforeGracePeriod?: () => Promise<void>,
): Promise<WorkOutcome<T>> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let isSettled = false;
    const settle = (settled: WorkOutcome<T>): void => {
      isSettled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', beginGracePeriod);
      resolve(settled);
    };
    const startTimer = (): void => {
      if (isSettled || gracePeriodMs === null) return;
      timer = setTimeout(() => settle({ abandoned: true }), gracePeriodMs);
    };
    const beginGracePeriod = (): void => {
      if (beforeGracePeriod) void beforeGracePeriod().then(startTimer);
      else startTimer();
    };
    if (gracePeriodMs !== null) {
      if (signal.aborted) beginGracePeriod();
      else signal.addEventListener('abort', beginGracePeriod, { once: true });
    }
    work.then(
      (value) => settle({ value }),
      (error: unknown) => settle({ error }),
    );
  });
}

/**
 * Waits for the pending writes to the run's stores. If the run is stopping, waits no longer than the grace period. Returns `undefined` if
 * no writes are pending.
 */
export function waitUntilStored({ events, signal, gracePeriodMs }: ActiveRun): Promise<unknown> | undefined {
  const pending = events.waitUntilStored();
  return pending && waitOrAbandon(pending, signal, gracePeriodMs);
}
