export type Settled<T> = { readonly value: T } | { readonly error: unknown } | { readonly abandoned: true };

/**
 * Waits for some work to settle. Once the signal is aborted, it waits no longer than the grace time and then abandons the work.
 * Leaves no timer and no listener behind.
 *
 * @param grace Milliseconds; `null` waits without a limit.
 * @param ready Awaited before the grace time begins.
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
