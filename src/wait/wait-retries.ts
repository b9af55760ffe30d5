import { ApiError } from '../errors/api-error.js';
import { ConnectionError, TimeoutError } from '../errors/connection-error.js';
import type { Connection } from '../http/connection.js';
import { isUnavailableStatus, type ServerOutage } from '../http/outages.js';
import { getRetryDelay, maxRetryAfter } from '../http/retry-policy.js';
import { sleep } from '../shared/runtime/sleep.js';

/**
 * Decides whether and when a wait for a run continues after an error. Transient errors are retried for at most `retryFor`. Every 5xx status
 * is transient, because reading a run has no side effects. Until the server has responded to the client once, connection errors are retried
 * at most `maxRetries` times.
 */
export class WaitRetries {
  readonly #connection: Connection;
  readonly #retryFor: () => number;
  /** The time of the first consecutive error, as a `performance.now()` value. */
  #since = 0;
  #outage: ServerOutage | undefined;
  #stopWaiting: (() => void) | undefined;

  /** @param retryFor Returns the maximum time to retry consecutive errors, in milliseconds. */
  constructor(connection: Connection, retryFor: () => number) {
    this.#connection = connection;
    this.#retryFor = retryFor;
  }

  /**
   * Returns how long to pause before the next attempt, in milliseconds, or `undefined` if the error ends the wait.
   *
   * @param previousErrors The number of consecutive errors before this one.
   */
  readonly delayAfter = (error: unknown, previousErrors: number): number | undefined => {
    const { outages, settings, apiUrl } = this.#connection;
    const delay = delayAfterError(error, previousErrors);
    const isFirstContact = error instanceof ConnectionError && !outages.hasResponded;
    if (delay === undefined || (isFirstContact && previousErrors >= settings.maxRetries)) return undefined;
    const now = performance.now();
    if (previousErrors === 0) this.#since = now;
    const remaining = this.#since + this.#retryFor() - now;
    if (remaining <= 0) return undefined;
    const reason = describeOutage(error);
    this.#outage = reason === undefined ? undefined : outages.recordFailure(new URL(apiUrl).origin, reason);
    if (this.#outage && previousErrors > 0) this.#stopWaiting ??= outages.beginWait();
    return Math.min(delay, remaining);
  };

  /** Pauses before the next attempt. The pause ends early if the server responds to another call. */
  readonly pause = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
    this.#outage ? this.#connection.outages.pause(this.#outage, milliseconds, signal) : sleep(milliseconds, signal);

  /** Ends the current outage for this wait. Must be called after each response, and when the wait ends. */
  readonly end = (): void => {
    this.#outage = undefined;
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  };
}

function delayAfterError(error: unknown, previousErrors: number): number | undefined {
  if (error instanceof ConnectionError) return error.retryable ? getRetryDelay(previousErrors) : undefined;
  if (!(error instanceof ApiError) || !(error.retryable || error.status >= 500)) return undefined;
  const { retryAfterMs } = error;
  return getRetryDelay(previousErrors, retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, maxRetryAfter));
}

/** Returns the reason for an outage, or `undefined` if the error is not caused by one. */
function describeOutage(error: unknown): string | undefined {
  if (error instanceof ApiError) return isUnavailableStatus(error.status) ? `status ${error.status}` : undefined;
  if (!(error instanceof ConnectionError) || error instanceof TimeoutError) return undefined;
  return (error.cause as { code?: string } | undefined)?.code ?? 'no response';
}
