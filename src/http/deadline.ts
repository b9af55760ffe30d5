/**
 * One signal for two reasons to stop: the caller's signal, and silence for too long. Built by hand because the pair
 * `AbortSignal.any` with `AbortSignal.timeout` keeps every wait alive on a signal that many of them share
 * (https://github.com/nodejs/node/issues/54614).
 *
 * Whoever makes one calls `clear()` in a `finally`: then neither a listener nor a timer is left.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #milliseconds: number;
  readonly #onExpired: () => unknown;
  readonly #keepsAlive: boolean;
  #timer: NodeJS.Timeout | undefined;

  /** @param keepsAlive Whether the program goes on for its sake. */
  constructor(outer: AbortSignal | undefined, milliseconds: number, onExpired: () => unknown, keepsAlive = true) {
    outer?.throwIfAborted();
    this.#outer = outer;
    this.#milliseconds = milliseconds;
    this.#onExpired = onExpired;
    this.#keepsAlive = keepsAlive;
    outer?.addEventListener('abort', this.#relay, { once: true });
    this.touch();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something arrived: the time starts again. */
  touch(): void {
    clearTimeout(this.#timer);
    // longer than a timer can be set for is for ever
    if (this.#milliseconds >= 2 ** 31) return;
    this.#timer = setTimeout(() => {
      this.#controller.abort(this.#onExpired());
    }, this.#milliseconds);
    if (!this.#keepsAlive) this.#timer.unref();
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#relay);
  }

  readonly #relay = (): void => {
    this.#controller.abort(this.#outer?.reason);
  };
}
