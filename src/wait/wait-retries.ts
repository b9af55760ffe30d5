import { ApiError } from '../errors/api-error.js';
import { ConnectionError, TimeoutError } from '../errors/connection-error.js';
import type { Connection } from '../http/connection.js';
import { isUnavailableStatus, type ServerOutage } from '../http/outages.js';
import { getRetryDelay, maxRetryAfterMs } from '../http/retry-policy.js';
import { sleep } from '../shared/runtime/sleep.js';

/**
 * Decides whether and when to retry a failed request that polls a run or opens an event stream. Transient errors are retried for at most
 * `retryFor`. Until the server first responds to this client, connection errors are retried at most `maxRetries` times. Every 5xx status
 * counts as transient, because these requests have no side effects.
 */
export class WaitRetries {
  readonly #connection: Connection;
  readonly #retryFor: () => number;
  /** When the first error since the last successful response occurred, as a `performance.now()` value. */
  #firstErrorAt = 0;
  #outage: ServerOutage | undefined;
  #endWait: (() => void) | undefined;

  /** @param retryFor Returns how long to keep retrying while errors continue, in milliseconds. */
  constructor(connection: Connection, retryFor: () => number) {
    this.#connection = connection;
    this.#retryFor = retryFor;
  }

  /**
   * Records an error. Returns how long to pause before the next attempt, in milliseconds, or `undefined` if the request must not be
   * retried.
   *
   * @param previousErrorCount The number of consecutive errors before this one.
   */
  readonly recordError = (error: unknown, previousErrorCount: number): number | undefined => {
    const { outages, settings, apiUrl } = this.#connection;
    const delay = getDelayIfTransient(error, previousErrorCount);
    const isFirstContact = error instanceof ConnectionError && !outages.hasResponded;
    if (delay === undefined || (isFirstContact && previousErrorCount >= settings.maxRetries)) return undefined;
    const now = performance.now();
    if (previousErrorCount === 0) this.#firstErrorAt = now;
    const remaining = this.#firstErrorAt + this.#retryFor() - now;
    if (remaining <= 0) return undefined;
    const reason = getOutageReason(error);
    this.#outage = reason === undefined ? undefined : outages.recordFailure(new URL(apiUrl).origin, reason);
    if (this.#outage && previousErrorCount > 0) this.#endWait ??= outages.beginWait();
    return Math.min(delay, remaining);
  };

  /** Pauses before the next attempt. If a response to another call ends the outage, the pause ends early. */
  readonly pause = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
    this.#outage ? this.#connection.outages.pause(this.#outage, milliseconds, signal) : sleep(milliseconds, signal);

  /** Clears the outage and ends the wait for the server. Must be called after each successful response and when the call ends. */
  readonly reset = (): void => {
    this.#outage = undefined;
    this.#endWait?.();
    this.#endWait = undefined;
  };
}

function getDelayIfTransient(error: unknown, previousErrorCount: number): number | undefined {
  if (error instanceof ConnectionError) return error.retryable ? getRetryDelay(previousErrorCount) : undefined;
  if (!(error instanceof ApiError) || !(error.retryable || error.status >= 500)) return undefined;
  const { retryAfterMs } = error;
  return getRetryDelay(
    previousErrorCount,
    retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, maxRetryAfterMs),
  );
}

/** Returns the reason to report for an outage, such as `ECONNREFUSED`, or `undefined` if the error does not indicate an outage. */
function getOutageReason(error: unknown): string | undefined {
  if (error instanceof ApiError) return isUnavailableStatus(error.status) ? `status ${error.status}` : undefined;
  if (!(error instanceof ConnectionError) || error instanceof TimeoutError) return undefined;
  return (error.cause as { code?: string } | undefined)?.code ?? 'no response';
}
