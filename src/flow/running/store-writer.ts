import type { RunStore } from '../../shared/runs/run-observer.js';
import type { RunEvent } from '../../shared/runs/run-event.js';

/** Gives a run's reports to its stores. One that fails changes no outcome. */
export class StoreWriter {
  readonly #stores: readonly RunStore[];
  readonly #onLoss: (reason: string) => void;
  #kept: Promise<void> | undefined;
  #hasLost = false;

  /** @param onLoss Called at the first failure only: a store that fails once fails often. */
  constructor(stores: readonly RunStore[], onLoss: (reason: string) => void) {
    this.#stores = stores;
    this.#onLoss = onLoss;
  }

  append(report: RunEvent): void {
    for (const store of this.#stores) {
      try {
        const kept = store.append(report);
        if (kept) this.#follow(kept);
      } catch (error) {
        this.#lose(error);
      }
    }
  }

  /** Waits until the stores have what they were given. */
  kept(): Promise<void> | undefined {
    return this.#kept;
  }

  #follow(next: Promise<void>): void {
    const before = this.#kept;
    const kept = next
      .catch((error: unknown) => this.#lose(error))
      .then(() => before)
      .then(() => {
        if (this.#kept === kept) this.#kept = undefined;
      });
    this.#kept = kept;
  }

  #lose(error: unknown): void {
    if (this.#hasLost) return;
    this.#hasLost = true;
    this.#onLoss(error instanceof Error ? error.message : String(error));
  }
}
