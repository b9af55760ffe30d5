import { AsyncLocalStorage } from 'node:async_hooks';

/** Tracks how many of a worker's run slots are free. A run that waits for another run releases its slot during the wait. */
export class RunSlots {
  readonly #total: number;
  #takenCount = 0;
  #wake: (() => void) | undefined;

  constructor(total: number) {
    this.#total = total;
  }

  get freeCount(): number {
    return Math.max(0, this.#total - this.#takenCount);
  }

  /** Calls `work` and occupies a slot until it settles. Does not wait for a free slot. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#takenCount++;
    try {
      return await currentSlots.run(this, work);
    } finally {
      this.#release();
    }
  }

  /** Calls `wait` and releases a slot until it settles. Then takes a slot again immediately, even if none is free. */
  async releaseDuring<T>(wait: () => Promise<T>): Promise<T> {
    this.#release();
    try {
      return await wait();
    } finally {
      this.#takenCount++;
    }
  }

  /** Resolves when a slot is free or the signal is aborted. May resolve before a slot is free if more runs than slots are active. */
  async waitForFreeSlot(signal: AbortSignal): Promise<void> {
    if (this.freeCount > 0 || signal.aborted) return;
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
    this.#takenCount--;
    this.#wake?.();
  }
}

const currentSlots = new AsyncLocalStorage<RunSlots>();

/** Calls `wait`. If the calling code belongs to a run that a worker has claimed, the run's slot is released during the wait. */
export function waitOutsideSlot<T>(wait: () => Promise<T>): Promise<T> {
  const slots = currentSlots.getStore();
  return slots ? slots.releaseDuring(wait) : wait();
}
