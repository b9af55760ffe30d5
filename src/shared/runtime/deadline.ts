import { throwIfAborted } from './abort-reason.js';
import { unref } from './unref.js';

/**
 * A signal that combines the caller's signal with a timeout. `AbortSignal.any` with `AbortSignal.timeout` would leak memory if
 * many operations share the caller's signal (https://github.com/nodejs/node/issues/54614).
 *
 * Call `clear()` in a `finally` block to remove the listener and the timer.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal | undefined;
  readonly #milliseconds: number;
  readonly #onExpired: () => unknown;
  readonly #keepsAlive: boolean;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param onExpired Called when the timeout expires. Returns the abort reason.
   * @param keepsAlive Whether the timer keeps the process alive.
   */
  constructor(parent: AbortSignal | undefined, milliseconds: number, onExpired: () => unknown, keepsAlive = true) {
    throwIfAborted(parent);
    this.#parent = parent;
    this.#milliseconds = milliseconds;
    this.#onExpired = onExpired;
    this.#keepsAlive = keepsAlive;
    parent?.addEventListener('abort', this.#abortFromParent, { once: true });
    this.touch();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Restarts the timeout. Call it when data arrives. */
  touch(): void {
    clearTimeout(this.#timer);
    // timers do not support such long delays, so there is no timeout
    if (this.#milliseconds >= 2 ** 31) return;
    this.#timer = setTimeout(() => {
      this.#controller.abort(this.#onExpired());
    }, this.#milliseconds);
    if (!this.#keepsAlive) unref(this.#timer);
  }

  /** Stops the timeout until `touch()` is called. Call it while the consumer of the data is busy. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#parent?.removeEventListener('abort', this.#abortFromParent);
  }

  readonly #abortFromParent = (): void => {
    this.#controller.abort(this.#parent?.reason);
  };
}
