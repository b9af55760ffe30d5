import type { RunnerProgress } from './runner.js';

/** At most four reports a second. */
const intervalMs = 250;
const longestMessage = 1000;

/** Passes on the latest of many reports, now and then; the last one always, and before the task's outcome. */
export class CoalescedProgress {
  readonly #send: (progress: RunnerProgress) => void;
  #pending: RunnerProgress | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sentAt = -Infinity;
  #ended = false;

  constructor(send: (progress: RunnerProgress) => void) {
    this.#send = send;
  }

  /** Numbers that are none are left out: progress never fails a task. */
  report(current: number, total: number | null = null, message?: string): void {
    if (this.#ended || !Number.isFinite(current)) return;
    this.#pending = {
      current,
      total: typeof total === 'number' && Number.isFinite(total) ? total : null,
      ...(typeof message === 'string' && { message: message.slice(0, longestMessage) }),
    };
    // asked of the clock and not only of a timer: a loop that never waits lets no timer run
    const wait = this.#sentAt + intervalMs - performance.now();
    if (wait <= 0) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), wait);
  }

  /** Sends what is left. What a module reports after its end is nobody's. */
  end(): void {
    this.#ended = true;
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#pending) return;
    this.#sentAt = performance.now();
    this.#send(this.#pending);
    this.#pending = undefined;
  }
}
