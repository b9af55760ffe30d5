interface Wait {
  /** Subscribes to changes that may end the wait. @returns A function that ends the subscription. */
  readonly watch: (wake: () => void) => () => void;
  /** Returns whether the wait is over. */
  readonly isOver: () => Promise<boolean>;
  /** How often to call `isOver` in case a notification was lost, in milliseconds. */
  readonly pollMs: number;
}

export interface WaitLimits {
  readonly timeoutMs: number;
  /**
   * Any of these signals ends the wait. On Node 20, `AbortSignal.any` leaks memory with long-lived signals, so it is not used.
   */
  readonly signals: readonly AbortSignal[];
}

/** Calls `isOver` now and after each change, until it returns true, the timeout elapses or a signal is aborted. */
export async function waitUntil({ watch, isOver, pollMs }: Wait, { timeoutMs, signals }: WaitLimits): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const sleep = new InterruptibleSleep();
  // subscribe before the first call, so that no change is missed
  const unwatch = watch(sleep.interrupt);
  for (const signal of signals) signal.addEventListener('abort', sleep.interrupt, { once: true });
  try {
    while (!signals.some((signal) => signal.aborted)) {
      if (await isOver()) return;
      const left = deadline - performance.now();
      if (left <= 0) return;
      await sleep.start(Math.min(left, pollMs));
    }
  } finally {
    unwatch();
    for (const signal of signals) signal.removeEventListener('abort', sleep.interrupt);
  }
}

/** A sleep that can be interrupted. An interrupt between two sleeps ends the next sleep immediately. */
export class InterruptibleSleep {
  #pending = false;
  #wake: (() => void) | undefined;

  readonly interrupt = (): void => {
    this.#pending = true;
    this.#wake?.();
  };

  async start(ms: number): Promise<void> {
    if (!this.#pending) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#pending = false;
  }
}
