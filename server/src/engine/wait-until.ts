interface Wait {
  /** Subscribes to changes that may end the wait. @returns A function that ends the subscription. */
  readonly watch: (wake: () => void) => () => void;
  /** Returns whether the wait is over. */
  readonly isDone: () => Promise<boolean>;
  /** How often to call `isDone` when `watch` reports no change, in milliseconds. */
  readonly pollIntervalMs: number;
}

export interface WaitLimits {
  readonly timeoutMs: number;
  /** Signals that end the wait. This is a list, because `AbortSignal.any` leaks memory for long-lived signals on Node 20. */
  readonly signals: readonly AbortSignal[];
}

/**
 * Calls `isDone` immediately, after each change and every `pollIntervalMs`, until it returns true, the timeout elapses or a signal is
 * aborted.
 */
export async function waitUntil(
  { watch, isDone, pollIntervalMs }: Wait,
  { timeoutMs, signals }: WaitLimits,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const sleep = new InterruptibleSleep();
  // subscribe before the first call, so that no change is missed
  const unwatch = watch(sleep.interrupt);
  for (const signal of signals) signal.addEventListener('abort', sleep.interrupt, { once: true });
  try {
    while (!signals.some((signal) => signal.aborted)) {
      if (await isDone()) return;
      const remainingMs = deadline - performance.now();
      if (remainingMs <= 0) return;
      await sleep.start(Math.min(remainingMs, pollIntervalMs));
    }
  } finally {
    unwatch();
    for (const signal of signals) signal.removeEventListener('abort', sleep.interrupt);
  }
}

/** A sleep that can be interrupted. An interruption between two sleeps makes the next sleep end immediately. */
export class InterruptibleSleep {
  #isInterrupted = false;
  #wake: (() => void) | undefined;

  readonly interrupt = (): void => {
    this.#isInterrupted = true;
    this.#wake?.();
  };

  async start(ms: number): Promise<void> {
    if (!this.#isInterrupted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#isInterrupted = false;
  }
}
