import { unref } from './unref.js';

/** The state of a rate limit. Throttles with the same `Pace` share one rate limit. */
export interface Pace {
  /** When the last value was sent, from `performance.now()`. */
  sentAt: number;
}

interface ThrottleOptions {
  /** Minimum interval between two sent values, in milliseconds. */
  readonly intervalMs: number;
  /** Whether a value is sent immediately if none was sent within the interval. @default true */
  readonly leading?: boolean;
  /** The rate limit to share with other throttles. @default a separate rate limit */
  readonly pace?: Pace;
}

/** Sends the newest value, at most once per interval. The last value is sent after the interval or on `close`, unless `close` drops it. */
export class Throttle<T> {
  readonly #send: (value: T) => void;
  readonly #intervalMs: number;
  readonly #leading: boolean;
  readonly #pace: Pace;
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
    const wait = this.#leading ? this.#pace.sentAt + this.#intervalMs - performance.now() : this.#intervalMs;
    if (wait <= 0) this.#flush();
    // the timer must not keep the process alive
    else this.#timer ??= unref(setTimeout(() => this.#flush(), wait));
  }

  /** Sends or drops the pending value without waiting for the interval. Later values are ignored. */
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
