/** The longest time between the starts of two reads that a slow read can cause, in milliseconds. */
const maxMs = 10_000;

/** Limits how often data is read, so that slow reads use only a part of the time. */
export class Pace {
  readonly #minMs: number;
  readonly #factor: number;
  #startedAt = -Infinity;
  #tookMs = 0;

  /**
   * @param minMs The minimum time between the starts of two reads, in milliseconds.
   * @param factor The minimum time between the starts of two reads, as a multiple of the duration of the first read.
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

  /** Runs a read now and measures its duration. */
  async run(read: () => Promise<void>): Promise<void> {
    this.#startedAt = performance.now();
    try {
      await read();
    } finally {
      this.#tookMs = performance.now() - this.#startedAt;
    }
  }
}
