/** When something was sent last, by `performance.now()`. Throttles that share a pace are one in their rate. */
export interface Pace {
  sentAt: number;
}

interface ThrottleOptions {
  /** Milliseconds between two values that go out. */
  readonly intervalMs: number;
  /** Whether a value goes out at once when none did within the interval. @default true */
  readonly leading?: boolean;
  /** @default one of its own */
  readonly pace?: Pace;
}

/** Passes on the newest value, at most once per interval. The last value always goes out: after the interval, or on `close`. */
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
    // by the clock, and not only by a timer: no timer fires while a loop never yields
    const wait = this.#leading ? this.#pace.sentAt + this.#intervalMs - performance.now() : this.#intervalMs;
    if (wait <= 0) this.#flush();
    // the timer alone does not keep the program alive
    else this.#timer ??= setTimeout(() => this.#flush(), wait).unref();
  }

  /** Sends or drops the pending value. Values pushed after that are ignored. */
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
