import { abortable } from '../shared/runtime/abortable.js';
import { abortReason, throwIfAborted } from '../shared/runtime/abort-reason.js';

/**
 * Sends a request once and shares the response between all callers. Failures are not cached, so the next caller sends a new request.
 * A caller can abort its own wait. The request is aborted once all waiting callers have aborted.
 */
export class SharedResponse<T> {
  readonly #lifetimeOf: (response: T) => number;
  #expiresAt = Infinity;
  #response: Promise<T> | undefined;
  /** Aborts the request in progress. */
  #controller: AbortController | undefined;
  #callerCount = 0;

  /** @param lifetimeOf Returns how long to cache a response, in milliseconds. The default is to cache the response forever. */
  constructor(lifetimeOf: (response: T) => number = () => Infinity) {
    this.#lifetimeOf = lifetimeOf;
  }

  /** Returns the shared response. @throws Any error that `send` throws; the signal's reason if it is aborted. */
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
        this.#controller.abort(abortReason(signal));
      }
    }
  }

  #start(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = (this.#controller = new AbortController());
    this.#expiresAt = Infinity;
    // only callers await this promise, so that the stack of an error contains a caller
    return (async () => {
      try {
        const response = await send(controller.signal);
        if (this.#controller === controller) this.#expiresAt = performance.now() + this.#lifetimeOf(response);
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
