/** How long the exit can be delayed, in milliseconds. */
export const holdMs = 3000;

/** Instances with pending events. They share one listener, because a process may have many clients. */
const armed = new Set<HoldAtExit>();

const holdAll = (): void => {
  const all = [...armed];
  armed.clear();
  for (const one of all) one.hold();
};

/** Delays the exit of an otherwise idle process until pending events are sent. Does not delay `process.exit()`. */
export class HoldAtExit {
  readonly #flush: (milliseconds: number) => Promise<unknown>;

  /** @param flush Sends pending events, keeping the process alive for at most the given number of milliseconds. */
  constructor(flush: (milliseconds: number) => Promise<unknown>) {
    this.#flush = flush;
  }

  /** Must be called when an event becomes pending. */
  arm(): void {
    if (armed.size === 0) process.once('beforeExit', holdAll);
    armed.add(this);
  }

  /** Must be called when no more events are pending. */
  disarm(): void {
    if (armed.delete(this) && armed.size === 0) process.off('beforeExit', holdAll);
  }

  /** Delays the exit once. Events that are not sent before the delay ends are lost. */
  hold(): void {
    void this.#flush(holdMs);
  }
}
