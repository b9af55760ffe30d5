import { eventLimits } from '../shared/runs/event-limits.js';
import { unref } from '../shared/runtime/unref.js';

/** Default interval between heartbeats, in milliseconds. Runs without new events receive cancellations only in heartbeat responses. */
const defaultIntervalMs = 10_000;
/** Interval once a run has been claimed, in milliseconds. A claimed run's lease expires after 15 seconds without a heartbeat. */
const leaseIntervalMs = 5000;

/** Decides when a heartbeat for the runs in progress is due. A heartbeat remains due until it has been sent for all of them. */
export class Heartbeat {
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;
  #intervalMs = defaultIntervalMs;
  #isDue = false;
  /** The runs that this heartbeat has been sent for. Empty unless they are too many for one request. */
  readonly #sentRuns = new Set<string>();
  #isLastRequest = false;

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

  /** Returns those of the runs that this heartbeat has not been sent for, but at most as many as a request can have. */
  selectRuns(runs: readonly string[]): string[] {
    const waiting = runs.filter((run) => !this.#sentRuns.has(run));
    this.#isLastRequest = waiting.length <= eventLimits.aliveRuns;
    // the runs that were left may have ended
    if (waiting.length === 0) this.#reset();
    return waiting.slice(0, eventLimits.aliveRuns);
  }

  /** Must be called after a request with the runs that {@link selectRuns} returned. */
  markSent(runs: readonly string[]): void {
    for (const run of runs) this.#sentRuns.add(run);
    if (this.#isLastRequest) this.#reset();
  }

  #reset(): void {
    this.#isDue = false;
    this.#sentRuns.clear();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#reset();
  }
}
