/** A timer that fires once. If it is set several times, the earliest time applies. After it has fired, it can be set again. */
export class Alarm {
  readonly #onRing: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Infinity;

  constructor(onRing: () => void) {
    this.#onRing = onRing;
  }

  /** Sets the alarm, unless it is already set to an earlier time. @param waitMs Milliseconds from now; `Infinity` for never. */
  set(waitMs: number): void {
    const at = performance.now() + waitMs;
    if (at >= this.#at) return;
    this.clear();
    this.#at = at;
    this.#timer = setTimeout(() => {
      this.#at = Infinity;
      this.#onRing();
    }, waitMs).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#at = Infinity;
  }
}
