/** A timer that fires once. Setting an earlier time replaces a later time. The timer can be set again after it has fired. */
export class Alarm {
  readonly #onFire: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Infinity;

  constructor(onFire: () => void) {
    this.#onFire = onFire;
  }

  /** Sets the alarm, unless it is already set to an earlier time. @param waitMs Milliseconds from now; `Infinity` for never. */
  set(waitMs: number): void {
    const at = performance.now() + waitMs;
    if (at >= this.#at) return;
    this.clear();
    this.#at = at;
    this.#timer = setTimeout(() => {
      this.#at = Infinity;
      this.#onFire();
    }, waitMs).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#at = Infinity;
  }
}
