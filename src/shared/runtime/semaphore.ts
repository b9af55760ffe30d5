/** Limits the number of concurrent calls. Further calls wait for a free slot, in call order. */
export class Semaphore {
  #freeCount: number;
  readonly #waiting: (() => void)[] = [];

  constructor(slotCount: number) {
    this.#freeCount = slotCount;
  }

  /** Runs `work` once a slot is free. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#freeCount > 0) this.#freeCount -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // pass the slot directly to the next call, so that no newer call can take it first
      const next = this.#waiting.shift();
      if (next) next();
      else this.#freeCount += 1;
    }
  }
}
