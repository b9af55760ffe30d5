import { AsyncLocalStorage } from 'node:async_hooks';

/** Limits how many runs a worker executes at once. A run that waits for another run gives its slot back meanwhile. */
export class RunSlots {
  readonly #total: number;
  #taken = 0;
  #wake: (() => void) | undefined;

  constructor(total: number) {
    this.#total = total;
  }

  get free(): number {
    return Math.max(0, this.#total - this.#taken);
  }

  /** Runs work in a slot. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#taken++;
    try {
      return await current.run(this, work);
    } finally {
      this.#release();
    }
  }

  /** Gives the slot back while the work waits. The work then continues at once, even if another run has taken the slot. */
  async lend<T>(wait: () => Promise<T>): Promise<T> {
    this.#release();
    try {
      return await wait();
    } finally {
      this.#taken++;
    }
  }

  /** Resolves when a slot is free, or the signal is aborted. */
  async waitForOne(signal: AbortSignal): Promise<void> {
    if (this.free > 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wake = () => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const wake = this.#wake;
      signal.addEventListener('abort', wake, { once: true });
    });
    this.#wake = undefined;
  }

  #release(): void {
    this.#taken--;
    this.#wake?.();
  }
}

const current = new AsyncLocalStorage<RunSlots>();

/** Calls `wait`. If the caller is a run that a worker executes, the run gives its slot back meanwhile. */
export function waitOutsideSlot<T>(wait: () => Promise<T>): Promise<T> {
  const slots = current.getStore();
  return slots ? slots.lend(wait) : wait();
}
