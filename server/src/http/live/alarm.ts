/** A timer that can be set several times, and calls `onRing` once, at the first of these times. */
export class Alarm {
  readonly #onRing: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Infinity;

  constructor(onRing: () => void) {
    this.#onRing = onRing;
  }

  /** @param wait Milliseconds from now, or `Infinity` for never. */
  set(wait: number): void {
    const at = performance.now() + wait;
    if (at >= this.#at) return;
    this.clear();
    this.#at = at;
    this.#timer = setTimeout(() => {
      this.#at = Infinity;
      this.#onRing();
    }, wait).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#at = Infinity;
  }
}
