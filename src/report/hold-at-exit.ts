/** Milliseconds that the end of a program is delayed, at most. */
const holdMs = 3000;

/** Those that have something to send. They share one listener: a program may have many clients. */
const armed = new Set<HoldAtExit>();

const holdAll = (): void => {
  const all = [...armed];
  armed.clear();
  for (const one of all) one.hold();
};

/** Delays the end of a program that has nothing else to do, so that pending events are sent. `process.exit()` is not delayed. */
export class HoldAtExit {
  readonly #flush: (milliseconds: number) => Promise<unknown>;

  /** @param flush Keeps the program alive while it works, for at most the given time. */
  constructor(flush: (milliseconds: number) => Promise<unknown>) {
    this.#flush = flush;
  }

  /** Call when something is pending. */
  arm(): void {
    if (armed.size === 0) process.once('beforeExit', holdAll);
    armed.add(this);
  }

  /** Call when nothing is pending any more. */
  disarm(): void {
    if (armed.delete(this) && armed.size === 0) process.off('beforeExit', holdAll);
  }

  /** Delays once. What was not sent in that time is lost. */
  hold(): void {
    void this.#flush(holdMs);
  }
}
