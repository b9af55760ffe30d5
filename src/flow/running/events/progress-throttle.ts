import { advanceProgress } from '../../../shared/runs/run-progress.js';
import type { Progress } from '../../../shared/runs/run-status.js';
import { Throttle, type ThrottleState } from '../../../shared/runtime/throttle.js';

/** Forwards progress at most four times per second. The percentage never decreases. */
export class ProgressThrottle {
  readonly #throttle: Throttle<Progress>;
  #last: Progress | null = null;

  /** @param pace Shared by all attempts at a task, so that the limit also applies across retries. */
  constructor(send: (progress: Progress) => void, pace?: ThrottleState) {
    this.#throttle = new Throttle(send, { intervalMs: 250, ...(pace && { pace }) });
  }

  report(progress: Progress): void {
    this.#last = advanceProgress(this.#last, progress);
    this.#throttle.push(this.#last);
  }

  /** Sends pending progress immediately, or drops it. Later reports are ignored. */
  close(pending: 'send' | 'drop' = 'send'): void {
    this.#throttle.close(pending);
  }
}
