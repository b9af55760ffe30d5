/** A read that takes very long is not put off for longer, in milliseconds. */
const maxMs = 10_000;

/** Limits how often something is read, so that reading takes at most a certain part of the time, however long it takes. */
export class Pace {
  readonly #minMs: number;
  readonly #factor: number;
  #startedAt = -Infinity;
  #tookMs = 0;

  /**
   * @param minMs The shortest time between the starts of two reads, in milliseconds.
   * @param factor It is longer if a read took long: that many times what the read took.
   */
  constructor(minMs: number, factor: number) {
    this.#minMs = minMs;
    this.#factor = factor;
  }

  /** The time until the next read may start, in milliseconds. */
  get wait(): number {
    const pause = Math.max(this.#minMs, Math.min(maxMs, this.#factor * this.#tookMs));
    return Math.max(0, this.#startedAt + pause - performance.now());
  }

  /** The time since the last read started, in milliseconds. */
  get age(): number {
    return performance.now() - this.#startedAt;
  }

  async take(read: () => Promise<void>): Promise<void> {
    this.#startedAt = performance.now();
    try {
      await read();
    } finally {
      this.#tookMs = performance.now() - this.#startedAt;
    }
  }
}
