import { unref } from './unref.js';

/** The state of a rate limit. Throttles with the same `ThrottleState` share one rate limit. */
export interface ThrottleState {
  /** When the most recent value was sent, as a `performance.now()` value. */
  sentAt: number;
}

interface ThrottleOptions {
  /** Minimum interval between two sent values, in milliseconds. */
  readonly intervalMs: number;
  /** Whether to send a value immediately if no other value was sent within the last interval. @default true */
  readonly leading?: boolean;
  /** The rate limit to share with other throttles. @default a separate rate limit */
  readonly pace?: ThrottleState;
}

/** Sends at most one value per interval: the most recently pushed one. */
export class Throttle<T> {
  readonly #send: (value: T) => void;
  readonly #intervalMs: number;
  readonly #leading: boolean;
  readonly #pace: ThrottleState;
  #pending: { readonly value: T } | undefined;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (value: T) => void, { intervalMs, leading = true, pace = { sentAt: -Infinity } }: ThrottleOptions) {
    this.#send = send;
    this.#intervalMs = intervalMs;
    this.#leading = leading;
    this.#pace = pace;
  }

  push(value: T): void {
    if (this.#isClosed) return;
    this.#pending = { value };
    // check the clock as well, because no timer fires during a synchronous loop
    const waitMs = this.#leading ? this.#pace.sentAt + this.#intervalMs - performance.now() : this.#intervalMs;
    if (waitMs <= 0) this.#flush();
    // the timer must not keep the process alive
    else this.#timer ??= unref(setTimeout(() => this.#flush(), waitMs));
  }

  /** Sends or drops the pending value immediately. Values that are pushed later are ignored. */
  close(pending: 'send' | 'drop' = 'send'): void {
    this.#isClosed = true;
    if (pending === 'drop') this.#pending = undefined;
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#pending) return;
    const { value } = this.#pending;
    this.#pending = undefined;
    this.#pace.sentAt = performance.now();
    this.#send(value);
  }
}
