/** How long to delay the exit while pending events are sent, in milliseconds. The delay is extended if the server is slow. */
export const exitDelayMs = 3000;

/** Instances with pending events. They share one listener, because a process may have many clients. */
const armed = new Set<ExitDelay>();

const delayExit = (): void => {
  const instances = [...armed];
  armed.clear();
  for (const instance of instances) instance.start();
};

/** Delays the exit of an idle process until pending events are sent. Does not delay `process.exit()`. */
export class ExitDelay {
  readonly #flush: (milliseconds: number) => Promise<unknown>;

  /** @param flush Sends pending events. Keeps the process alive for the given number of milliseconds, or longer if the server is slow. */
  constructor(flush: (milliseconds: number) => Promise<unknown>) {
    this.#flush = flush;
  }

  /** Must be called when an event becomes pending. */
  arm(): void {
    if (armed.size === 0) process.once('beforeExit', delayExit);
    armed.add(this);
  }

  /** Must be called when no more events are pending. */
  disarm(): void {
    if (armed.delete(this) && armed.size === 0) process.off('beforeExit', delayExit);
  }

  /** Delays the exit once. Events that are not sent before the delay ends are lost. */
  start(): void {
    void this.#flush(exitDelayMs);
  }
}
