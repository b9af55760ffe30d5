import { furtherProgress } from '../../shared/runs/run-progress.js';
import type { Progress } from '../../shared/runs/run-status.js';

/** Milliseconds between two reports: four a second. */
const interval = 250;

/** When something was sent last. Attempts share it, so that quick retries keep the pace too. */
export interface Pace {
  sentAt: number;
}

/** Passes on the newest progress, not more often than four times a second. */
export class ProgressThrottle {
  readonly #send: (progress: Progress) => void;
  readonly #pace: Pace;
  #last: Progress | null = null;
  #isWaiting = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (progress: Progress) => void, pace: Pace = { sentAt: -Infinity }) {
    this.#send = send;
    this.#pace = pace;
  }

  say(progress: Progress): void {
    if (this.#isClosed) return;
    this.#last = furtherProgress(this.#last, progress);
    this.#isWaiting = true;
    const wait = this.#pace.sentAt + interval - performance.now();
    if (wait <= 0) this.#flush();
    // work that goes on keeps its program alive by itself
    else this.#timer ??= setTimeout(() => this.#flush(), wait).unref();
  }

  /** Sends what waits, or drops it; after this nothing is sent, whoever still calls. */
  close(waiting: 'send' | 'drop' = 'send'): void {
    if (waiting === 'drop') this.#isWaiting = false;
    this.#flush();
    this.#isClosed = true;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isWaiting || this.#last === null) return;
    this.#isWaiting = false;
    this.#pace.sentAt = performance.now();
    this.#send(this.#last);
  }
}
