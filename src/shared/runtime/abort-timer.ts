import { throwIfAborted } from './abort-reason.js';
import { unref } from './unref.js';

/**
 * Provides a signal that is aborted by the caller's signal or a timeout. `AbortSignal.any` with `AbortSignal.timeout` would leak memory
 * if many operations share the caller's signal (https://github.com/nodejs/node/issues/54614).
 *
 * Call `clear()` in a `finally` block to remove the listener and the timer.
 */
export class AbortTimer {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal | undefined;
  readonly #timeoutMs: number;
  readonly #createReason: (timeoutMs: number) => unknown;
  readonly #keepsAlive: boolean;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param createReason Called when the timeout expires, with its duration in milliseconds, to create the abort reason.
   * @param keepsAlive Whether the timer keeps the process alive.
   */
  constructor(
    parent: AbortSignal | undefined,
    timeoutMs: number,
    createReason: (timeoutMs: number) => unknown,
    keepsAlive = true,
  ) {
    throwIfAborted(parent);
    this.#parent = parent;
    this.#timeoutMs = timeoutMs;
    this.#createReason = createReason;
    this.#keepsAlive = keepsAlive;
    parent?.addEventListener('abort', this.#abortFromParent, { once: true });
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Restarts the timeout. Call it whenever data is transferred. @param timeoutMs Replaces the usual timeout until the next restart. */
  restart(timeoutMs = this.#timeoutMs): void {
    clearTimeout(this.#timer);
    // a timer with a delay of 2 ** 31 ms or more would fire immediately, so set no timer
    if (timeoutMs >= 2 ** 31) return;
    this.#timer = setTimeout(() => {
      this.#controller.abort(this.#createReason(timeoutMs));
    }, timeoutMs);
    if (!this.#keepsAlive) unref(this.#timer);
  }

  /** Stops the timeout until `restart()` is called. Call it while the consumer of the data is busy. */
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
