/** How long to delay the exit to send pending events, in milliseconds. The delay is extended if the server is slow. */
export const exitDelayMs = 3000;

/** The instances that will delay the exit. They share one listener, because Node warns about more than 10 listeners for an event. */
const armedInstances = new Set<ExitDelay>();

const delayExit = (): void => {
  const instances = [...armedInstances];
  armedInstances.clear();
  for (const instance of instances) instance.start();
};

/** Briefly delays the exit of an idle process, so that pending events can be sent. Does not delay `process.exit()`. */
export class ExitDelay {
  readonly #flush: (milliseconds: number) => Promise<unknown>;

  /** @param flush Sends pending events. Keeps the process alive for up to `milliseconds`, or longer if the server is slow. */
  constructor(flush: (milliseconds: number) => Promise<unknown>) {
    this.#flush = flush;
  }

  /** Must be called when an event has been queued. */
  arm(): void {
    if (armedInstances.size === 0) process.once('beforeExit', delayExit);
    armedInstances.add(this);
  }

  /** Must be called when no pending events remain. */
  disarm(): void {
    if (armedInstances.delete(this) && armedInstances.size === 0) process.off('beforeExit', delayExit);
  }

  /** Delays the exit while `flush` sends pending events. Events that are still pending when the process exits are lost. */
  start(): void {
    void this.#flush(exitDelayMs);
  }
}
