import { abortable } from '../shared/runtime/abortable.js';
import { abortReason, throwIfAborted } from '../shared/runtime/abort-reason.js';

/**
 * Makes a request once and shares its response between all callers. A failure is not cached, so the next caller makes a new
 * request. A caller can abort its own wait. The request is aborted once no caller waits for it.
 */
export class SharedResponse<T> {
  readonly #lifetimeOf: (response: T) => number;
  #expiresAt = Infinity;
  #response: Promise<T> | undefined;
  /** Aborts the request in progress. */
  #stop: AbortController | undefined;
  #callers = 0;

  /** @param lifetimeOf Returns how long a response is used, in milliseconds. @default forever */
  constructor(lifetimeOf: (response: T) => number = () => Infinity) {
    this.#lifetimeOf = lifetimeOf;
  }

  /** @throws Any error from `send`, or the signal's reason. */
  async get(send: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    throwIfAborted(signal);
    if (performance.now() >= this.#expiresAt) this.#response = undefined;
    this.#response ??= this.#start(send);
    this.#callers++;
    try {
      return await abortable(this.#response, signal);
    } finally {
      this.#callers--;
      if (this.#callers === 0 && this.#stop && signal?.aborted) {
        this.#response = undefined;
        this.#stop.abort(abortReason(signal));
      }
    }
  }

  #start(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const stop = (this.#stop = new AbortController());
    this.#expiresAt = Infinity;
    // each caller awaits this promise and nothing else does, so that the stack of an error leads to the caller
    return (async () => {
      try {
        const response = await send(stop.signal);
        if (this.#stop === stop) this.#expiresAt = performance.now() + this.#lifetimeOf(response);
        return response;
      } catch (error) {
        if (this.#stop === stop) this.#response = undefined;
        throw error;
      } finally {
        if (this.#stop === stop) this.#stop = undefined;
      }
    })();
  }
}
