import { abortable } from '../shared/runtime/abortable.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';

/**
 * Makes a request once and shares its response between all callers. A failure is not cached, so the next caller makes a new
 * request. A caller can abort its own wait, but not the request, because other callers may be waiting for it.
 */
export class SharedResponse<T> {
  #response: Promise<T> | undefined;

  /** @throws Any error from `send`, or the signal's reason. */
  async get(send: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    throwIfAborted(signal);
    this.#response ??= send().catch((error: unknown) => {
      this.#response = undefined;
      throw error;
    });
    return abortable(this.#response, signal);
  }
}
