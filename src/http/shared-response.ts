import { abortable } from './abortable.js';

/**
 * An answer that everyone shares: asked for once, however many want it at the same time. A failure is not kept, so the next one
 * asks again. It is shared by callers that may give up one by one, so none of their signals reaches the request.
 */
export class SharedResponse<T> {
  #response: Promise<T> | undefined;

  /** @throws What `ask` throws, or the signal's reason. */
  async get(ask: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    this.#response ??= ask().catch((error: unknown) => {
      this.#response = undefined;
      throw error;
    });
    return abortable(this.#response, signal);
  }
}
