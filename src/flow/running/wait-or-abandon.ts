import type { ActiveRun } from './active-run.js';

/** The outcome of work: a value, an error, or abandonment after the grace period. */
export type Settled<T> = { readonly value: T } | { readonly error: unknown } | { readonly abandoned: true };

/**
 * Waits for the work to settle. After the signal is aborted, work that does not settle within the grace period is abandoned.
 *
 * @param grace The grace period, in milliseconds, or `null` for no limit.
 * @param beforeGrace Called when the signal is aborted. Delays the grace period until the returned promise is fulfilled.
 */
export function waitOrAbandon<T>(
  work: Promise<T>,
  signal: AbortSignal,
  grace: number | null,
  beforeGrace?: () => Promise<void>,
): Promise<Settled<T>> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let isSettled = false;
    const settle = (settled: Settled<T>): void => {
      isSettled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', beginGrace);
      resolve(settled);
    };
    const startTimer = (): void => {
      if (isSettled || grace === null) return;
      timer = setTimeout(() => settle({ abandoned: true }), grace);
    };
    const beginGrace = (): void => {
      if (beforeGrace) void beforeGrace().then(startTimer);
      else startTimer();
    };
    if (grace !== null) {
      if (signal.aborted) beginGrace();
      else signal.addEventListener('abort', beginGrace, { once: true });
    }
    work.then(
      (value) => settle({ value }),
      (error: unknown) => settle({ error }),
    );
  });
}

/** Waits until the run's events are stored. If the run is stopping, waits at most for the grace period. */
export function waitUntilStored({ events, signal, gracePeriodMs }: ActiveRun): Promise<unknown> | undefined {
  const pending = events.waitUntilStored();
  return pending && waitOrAbandon(pending, signal, gracePeriodMs);
}
