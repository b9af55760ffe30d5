/** Limits how many calls run at once. Further calls wait for their turn, in order. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // the slot goes directly to the next call, so that no other call takes it in between
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
