import { eventLimits } from '../shared/runs/event-limits.js';
import { unref } from '../shared/runtime/unref.js';

/**
 * Default interval between heartbeats, in milliseconds. If a run has no new events, only the response to a heartbeat reports that the run
 * was cancelled on the server.
 */
const defaultIntervalMs = 10_000;
/** Interval after the first run has been claimed, in milliseconds. A claimed run's lease expires after 15 seconds without a heartbeat. */
const leaseIntervalMs = 5000;

/** Decides when a heartbeat for the runs in progress is due. A heartbeat remains due until it has been sent for all of them. */
export class Heartbeat {
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;
  #intervalMs = defaultIntervalMs;
  #isDue = false;
  /** The runs for which the current heartbeat has been sent. Empty if one request has room for all runs. */
  readonly #sentRuns = new Set<string>();
  /** Whether a request with the runs that `selectRuns` most recently returned completes the current heartbeat. */
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

  /** Switches to the shorter interval for claimed runs, and starts the timer. */
  switchToLeaseInterval(): void {
    if (this.#intervalMs === leaseIntervalMs) return;
    this.#intervalMs = leaseIntervalMs;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.start();
  }

  /** Returns the runs for which the current heartbeat has not been sent yet, up to the maximum number per request. */
  selectRuns(runs: readonly string[]): string[] {
    const waiting = runs.filter((run) => !this.#sentRuns.has(run));
    this.#isLastRequest = waiting.length <= eventLimits.aliveRuns;
    // the remaining runs may have ended since the previous request
    if (waiting.length === 0) this.#reset();
    return waiting.slice(0, eventLimits.aliveRuns);
  }

  /** Must be called when a request with the runs that {@link selectRuns} returned has succeeded. */
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
