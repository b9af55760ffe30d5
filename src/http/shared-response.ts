import { abortable } from '../shared/runtime/abortable.js';
import { getAbortReason, throwIfAborted } from '../shared/runtime/abort-reason.js';

/**
 * Caches the response to a request. Concurrent callers share one request. Failures are not cached, so the next caller sends a new
 * request. A caller's signal ends only its own wait. The request is aborted when the signals of all waiting callers are aborted.
 */
export class SharedResponse<T> {
  readonly #getLifetimeMs: (response: T) => number;
  #expiresAt = Infinity;
  #response: Promise<T> | undefined;
  /** Aborts the request in progress. */
  #controller: AbortController | undefined;
  #callerCount = 0;

  /** @param getLifetimeMs Returns how long to cache a response, in milliseconds. By default, responses never expire. */
  constructor(getLifetimeMs: (response: T) => number = () => Infinity) {
    this.#getLifetimeMs = getLifetimeMs;
  }

  /**
   * Returns the cached or pending response, or calls `send` to request a new one.
   *
   * @throws Any error that `send` throws; the signal's reason if it is aborted.
   */
  async get(send: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    throwIfAborted(signal);
    if (performance.now() >= this.#expiresAt) this.#response = undefined;
    this.#response ??= this.#start(send);
    this.#callerCount++;
    try {
      return await abortable(this.#response, signal);
    } finally {
      this.#callerCount--;
      if (this.#callerCount === 0 && this.#controller && signal?.aborted) {
        this.#response = undefined;
        this.#controller.abort(getAbortReason(signal));
      }
    }
  }

  #start(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = (this.#controller = new AbortController());
    this.#expiresAt = Infinity;
    // update the cache inside this function: another handler on its promise would remove the callers' frames from an error's stack
    return (async () => {
      try {
        const response = await send(controller.signal);
        if (this.#controller === controller) this.#expiresAt = performance.now() + this.#getLifetimeMs(response);
        return response;
      } catch (error) {
        if (this.#controller === controller) this.#response = undefined;
        throw error;
      } finally {
        if (this.#controller === controller) this.#controller = undefined;
      }
    })();
  }
}
