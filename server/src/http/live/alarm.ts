/** Calls back once, at the first of the times that it was set to. */
export class Alarm {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Infinity;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** @param wait Milliseconds from now, or `Infinity` for never. */
  set(wait: number): void {
    const at = performance.now() + wait;
    if (at >= this.#at) return;
    this.clear();
    this.#at = at;
    this.#timer = setTimeout(() => {
      this.#at = Infinity;
      this.#ring();
    }, wait).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#at = Infinity;
  }
}
