export type Settled<T> = { readonly value: T } | { readonly error: unknown } | { readonly abandoned: true };

/**
 * Waits for the work to settle. Once the signal is aborted, waits for at most the grace period and then abandons the work.
 * Leaves no timers or listeners behind.
 *
 * @param grace The grace period, in milliseconds, or `null` for no limit.
 * @param ready The grace period begins once its promise is fulfilled.
 */
export function untilStopped<T>(
  work: Promise<T>,
  signal: AbortSignal,
  grace: number | null,
  ready?: () => Promise<void>,
): Promise<Settled<T>> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let isSettled = false;
    const settle = (settled: Settled<T>): void => {
      isSettled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', begin);
      resolve(settled);
    };
    const startTimer = (): void => {
      if (isSettled || grace === null) return;
      timer = setTimeout(() => settle({ abandoned: true }), grace);
    };
    const begin = (): void => {
      if (ready) void ready().then(startTimer);
      else startTimer();
    };
    if (grace !== null) {
      if (signal.aborted) begin();
      else signal.addEventListener('abort', begin, { once: true });
    }
    work.then(
      (value) => settle({ value }),
      (error: unknown) => settle({ error }),
    );
  });
}
