/** Limits how many calls run at once. Further calls wait until a slot is free, in call order. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Runs `work` in a slot. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // pass the slot directly to the next call, so that no newer call can take it first
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
