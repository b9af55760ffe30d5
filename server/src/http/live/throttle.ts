/** The longest interval that `factor` can require, in milliseconds. */
const maxIntervalMs = 10_000;

/** Limits how often data is read. Slow reads start less often than fast reads. */
export class Throttle {
  readonly #minIntervalMs: number;
  readonly #factor: number;
  #startedAt = -Infinity;
  #durationMs = 0;

  /**
   * @param minIntervalMs The minimum interval between the starts of consecutive reads, in milliseconds.
   * @param factor Another minimum interval, as a multiple of the previous read's duration. It does not exceed {@link maxIntervalMs}.
   */
  constructor(minIntervalMs: number, factor: number) {
    this.#minIntervalMs = minIntervalMs;
    this.#factor = factor;
  }

  /** The time until the next read may start, in milliseconds. */
  get waitMs(): number {
    const intervalMs = Math.max(this.#minIntervalMs, Math.min(maxIntervalMs, this.#factor * this.#durationMs));
    return Math.max(0, this.#startedAt + intervalMs - performance.now());
  }

  /** The time since the most recent read started, in milliseconds. */
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
