import { unref } from '../shared/runtime/unref.js';

/** Default interval between heartbeats, in milliseconds. Runs without new events receive cancellations only in heartbeat responses. */
const defaultIntervalMs = 10_000;
/** Interval once a run has been claimed, in milliseconds. A claimed run's lease expires after 15 seconds without a heartbeat. */
const leaseIntervalMs = 5000;

/** Decides when a heartbeat for the runs in progress is due. A heartbeat remains due until `markSent` is called. */
export class Heartbeat {
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;
  #intervalMs = defaultIntervalMs;
  #isDue = false;

  /** @param onDue Called after each interval. */
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
  switchToLeaseInterval(): void {
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
