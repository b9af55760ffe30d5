/** How long the end of a program is held back at the most, in milliseconds. */
const holdMs = 3000;

/** Gives what waits to be sent a moment when the program has nothing else to do. One that calls `process.exit()` gives none. */
export class HoldAtExit {
  readonly #flush: (milliseconds: number) => Promise<unknown>;
  #isArmed = false;

  /** @param flush Keeps the program alive while it works, and no longer than it is told. */
  constructor(flush: (milliseconds: number) => Promise<unknown>) {
    this.#flush = flush;
  }

  /** Something waits. */
  arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    process.once('beforeExit', this.#hold);
  }

  /** Nothing does any more. */
  disarm(): void {
    this.#isArmed = false;
    process.off('beforeExit', this.#hold);
  }

  // once: what did not arrive by then is given up
  readonly #hold = (): void => {
    void this.#flush(holdMs);
  };
}
