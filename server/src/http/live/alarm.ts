/** A reusable one-shot timer. While the timer is pending, `set` can move it to an earlier time, but not to a later one. */
export class Alarm {
  readonly #onFire: () => void;
  #timer: NodeJS.Timeout | undefined;
  #firesAt = Infinity;

  constructor(onFire: () => void) {
    this.#onFire = onFire;
  }

  /** Sets the timer, unless it is already set to the same or an earlier time. @param delayMs The delay; `Infinity` has no effect. */
  set(delayMs: number): void {
    const firesAt = performance.now() + delayMs;
    if (firesAt >= this.#firesAt) return;
    this.clear();
    this.#firesAt = firesAt;
    this.#timer = setTimeout(() => {
      this.#firesAt = Infinity;
      this.#onFire();
    }, delayMs).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#firesAt = Infinity;
  }
}
