import { unref } from '../shared/runtime/unref.js';

/** Interval between heartbeats for runs in progress, in milliseconds. The response also lists the runs to cancel. */
const intervalMs = 10_000;
/** Interval while this process has claimed runs, in milliseconds. Their leases expire after 15 seconds without a heartbeat. */
const leaseIntervalMs = 5000;

/** Decides when a heartbeat for the runs in progress is due. A heartbeat remains due until `markSent` is called. */
export class Heartbeat {
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;
  #intervalMs = intervalMs;
  #isDue = false;

  /** @param onDue Called at each interval. */
  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  get isDue(): boolean {
    return this.#isDue;
  }

  start(): void {
    const handleInterval = (): void => {
      this.#isDue = true;
      this.#onDue();
    };
    this.#timer ??= unref(setInterval(handleInterval, this.#intervalMs));
  }

  /** Switches to the shorter interval for claimed runs. */
  startForLease(): void {
    if (this.#intervalMs === leaseIntervalMs) return;
    this.#intervalMs = leaseIntervalMs;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.start();
  }

  markSent(): void {
    this.#isDue = false;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
  }
}
