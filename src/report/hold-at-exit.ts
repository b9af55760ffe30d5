/** How long the end of a program is held back at the most, in milliseconds. */
const holdMs = 3000;

/** Those that have something to send. One listener for all: a program may have many clients. */
const armed = new Set<HoldAtExit>();

const holdAll = (): void => {
  const all = [...armed];
  armed.clear();
  for (const one of all) one.hold();
};

/** Gives what waits to be sent a moment when the program has nothing else to do. One that calls `process.exit()` gives none. */
export class HoldAtExit {
  readonly #flush: (milliseconds: number) => Promise<unknown>;

  /** @param flush Keeps the program alive while it works, and no longer than it is told. */
  constructor(flush: (milliseconds: number) => Promise<unknown>) {
    this.#flush = flush;
  }

  /** Something waits. */
  arm(): void {
    if (armed.size === 0) process.once('beforeExit', holdAll);
    armed.add(this);
  }

  /** Nothing does any more. */
  disarm(): void {
    if (armed.delete(this) && armed.size === 0) process.off('beforeExit', holdAll);
  }

  /** Once: what has not arrived by then is given up. */
  hold(): void {
    void this.#flush(holdMs);
  }
}
