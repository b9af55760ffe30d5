import { AsyncLocalStorage } from 'node:async_hooks';

/** A run in progress, and the number of other runs that it is waiting for. */
interface ActiveWork {
  readonly slots: RunSlots;
  waitCount: number;
}

/** Tracks how many of a worker's run slots are free. A run occupies no slot while it waits for at least one other run. */
export class RunSlots {
  readonly #total: number;
  readonly #activeWork = new Set<ActiveWork>();
  #wake: (() => void) | undefined;

  constructor(total: number) {
    this.#total = total;
  }

  get freeCount(): number {
    return Math.max(0, this.#total - [...this.#activeWork].filter(({ waitCount }) => waitCount === 0).length);
  }

  /** Calls `work`, and occupies a slot until the returned promise settles. Does not wait for a free slot. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const active: ActiveWork = { slots: this, waitCount: 0 };
    this.#activeWork.add(active);
    try {
      return await currentWork.run(active, work);
    } finally {
      this.#activeWork.delete(active);
      this.#wakeIfFree();
    }
  }

  /** Calls `wait`, and frees the run's slot until the returned promise settles. Then occupies a slot again, even if none is free. */
  async releaseDuring<T>(active: ActiveWork, wait: () => Promise<T>): Promise<T> {
    active.waitCount++;
    this.#wakeIfFree();
    try {
      return await wait();
    } finally {
      active.waitCount--;
    }
  }

  /** Resolves when a slot is free or the signal is aborted. */
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

  #wakeIfFree(): void {
    if (this.freeCount > 0) this.#wake?.();
  }
}

const currentWork = new AsyncLocalStorage<ActiveWork>();

/** Calls `wait`. If the calling code belongs to a run that a worker has claimed, the run's slot is free during the wait. */
export function releaseSlotDuring<T>(wait: () => Promise<T>): Promise<T> {
  const active = currentWork.getStore();
  return active ? active.slots.releaseDuring(active, wait) : wait();
}
