import type { RunStore } from '../../../shared/runs/run-observer.js';
import type { RunEvent } from '../../../shared/runs/run-event.js';
import { messageOf } from '../../../shared/rules/class-of.js';

/** Maximum time that a run waits for a store to write an event, in milliseconds. After a timeout, the run stops waiting for its stores. */
const writeTimeoutMs = 30_000;

/** Appends a run's events to its stores. A failing store does not change the run's outcome. */
export class StoreWriter {
  readonly #stores: readonly RunStore[];
  readonly #onFailure: (reason: string) => void;
  #pending: Promise<void> | undefined;
  #hasFailed = false;
  #hasTimedOut = false;

  /** @param onFailure Called only for the first failure. */
  constructor(stores: readonly RunStore[], onFailure: (reason: string) => void) {
    this.#stores = stores;
    this.#onFailure = onFailure;
  }

  append(event: RunEvent): void {
    for (const store of this.#stores) {
      try {
        const write = store.append(event);
        if (write) this.#trackWrite(write);
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  /** Waits until all writes so far have succeeded, failed or timed out. Returns `undefined` if there is nothing to wait for. */
  waitUntilStored(): Promise<void> | undefined {
    return this.#pending;
  }

  #trackWrite(write: Promise<void>): void {
    if (this.#hasTimedOut) {
      write.catch((error: unknown) => this.#fail(error));
      return;
    }
    const earlierWrites = this.#pending;
    const pending = this.#withTimeout(write)
      .catch((error: unknown) => this.#fail(error))
      .then(() => earlierWrites)
      .then(() => {
        if (this.#pending === pending) this.#pending = undefined;
      });
    this.#pending = pending;
  }

  #withTimeout(write: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const onTimeout = (): void => {
        this.#hasTimedOut = true;
        reject(new Error(`the store did not respond for ${writeTimeoutMs / 1000} s`));
      };
      const timer = setTimeout(onTimeout, writeTimeoutMs);
      write.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#onFailure(messageOf(error));
  }
}
