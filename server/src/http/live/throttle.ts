/** The maximum time between the starts of two reads that `factor` can impose, in milliseconds. */
const maxMs = 10_000;

/** Limits how often data is read. Slow reads start less often than fast reads. */
export class Throttle {
  readonly #minMs: number;
  readonly #factor: number;
  #startedAt = -Infinity;
  #durationMs = 0;

  /**
   * @param minMs The minimum time between the starts of two reads, in milliseconds.
   * @param factor The minimum time between the starts of two reads, as a multiple of the first read's duration.
   */
  constructor(minMs: number, factor: number) {
    this.#minMs = minMs;
    this.#factor = factor;
  }

  /** The time until the next read may start, in milliseconds. */
  get waitMs(): number {
    const pause = Math.max(this.#minMs, Math.min(maxMs, this.#factor * this.#durationMs));
    return Math.max(0, this.#startedAt + pause - performance.now());
  }

  /** The time since the last read started, in milliseconds. */
  get ageMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** Runs a read now and measures its duration. */
  async run(read: () => Promise<void>): Promise<void> {
    this.#startedAt = performance.now();
    try {
      await read();
    } finally {
      this.#durationMs = performance.now() - this.#startedAt;
    }
  }
}
