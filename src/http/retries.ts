import type { Log } from '../settings/log.js';
import { readRetryAfter } from '../shared/rules/retry-after.js';
import { sleep } from '../shared/runtime/sleep.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { isUnavailableStatus, type Outages, type ServerOutage } from './outages.js';
import { getRetryDelay, maxRetryAfterMs } from './retry-policy.js';
import type { TransportError } from './transport-error.js';

/** A request's server and retry settings. */
export interface RetryTarget {
  readonly origin: string;
  /** The method and the path or URL, for log messages. Omits the query, which may contain a signature. */
  readonly label: string;
  /** Whether the host is known to exist, because an earlier response contained the URL. */
  readonly isHostKnown: boolean;
  readonly outages: Outages;
  readonly settings: { readonly maxRetries: number; readonly retryFor: number; readonly log: Log };
}

/**
 * Decides whether to retry a request, and waits before each retry. `maxRetries` limits the number of retries; all retries during one
 * outage of the server count as one. `retryFor` limits the time spent on retries during an outage.
 */
export class Retries {
  readonly #target: RetryTarget;
  readonly #signal: AbortSignal | undefined;
  readonly #maxRetries: number;
  readonly #retryFor: number;
  /** When an attempt first failed, as a `performance.now()` value. */
  #firstFailureAt: number | undefined;
  #failureCount = 0;
  #retryCount = 0;
  #outage: ServerOutage | undefined;
  #stopWaiting: (() => void) | undefined;

  constructor(target: RetryTarget, { maxRetries, retryFor, signal }: RequestOptions) {
    this.#target = target;
    this.#signal = signal;
    this.#maxRetries = maxRetries ?? target.settings.maxRetries;
    this.#retryFor = retryFor ?? target.settings.retryFor;
  }

  /** Waits before a retry after a connection error. @returns Whether to retry. @throws The signal's reason if it is aborted. */
  waitAfterTransportError(error: TransportError): Promise<boolean> {
    return this.#waitToRetry(error.code, error.isUnreachable, undefined);
  }

  /**
   * Waits before a retry after an error response, or a response with corrupt content.
   *
   * @returns Whether to retry.
   * @throws The signal's reason if it is aborted.
   */
  waitAfterResponse({
    status,
    headers,
  }: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
  }): Promise<boolean> {
    return this.#waitToRetry(`status ${status}`, isUnavailableStatus(status), readRetryAfter(headers));
  }

  /** Records that the request no longer waits for the server. Must be called when the request has ended. */
  end(): void {
    this.#stopWaiting?.();
  }

  async #waitToRetry(reason: string, isOutage: boolean, retryAfterMs: number | undefined): Promise<boolean> {
    const { outages, origin, isHostKnown, label, settings } = this.#target;
    const { log } = settings;
    const now = performance.now();
    this.#firstFailureAt ??= now;
    const delay = getRetryDelay(this.#failureCount++, retryAfterMs);
    const canWait = this.#retryFor > 0 && this.#maxRetries > 0 && (isHostKnown || outages.hasResponded);
    const outage = isOutage && canWait ? outages.recordFailure(origin, reason) : undefined;
    // after `Retry-After`, treat a new outage as the same one, because a response to another request may have ended the previous outage
    const isSameOutage = this.#outage !== undefined && (outage === this.#outage || retryAfterMs !== undefined);
    this.#outage = outage;
    if (outage && isSameOutage) {
      const remaining = Math.min(this.#firstFailureAt, outage.startedAt) + this.#retryFor - now;
      if (remaining > 0 && (retryAfterMs ?? 0) <= remaining) {
        this.#stopWaiting ??= outages.beginWait();
        log.debug(`${label}: ${reason}; next attempt in ${Math.round(delay)} ms`);
        if (retryAfterMs !== undefined) await sleep(delay, this.#signal);
        else await outages.pause(outage, Math.min(delay, remaining), this.#signal);
        return true;
      }
      if (remaining > 0 || now >= this.#firstFailureAt + this.#retryFor) return false;
    }
    const maxDelay = outage ? Math.max(maxRetryAfterMs, this.#retryFor) : maxRetryAfterMs;
    if (this.#retryCount >= this.#maxRetries || (retryAfterMs ?? 0) > maxDelay) return false;
    this.#retryCount++;
    log.warn(
      `${label}: ${reason}; attempt ${this.#retryCount + 1} of ${this.#maxRetries + 1} in ${Math.round(delay)} ms`,
    );
    await sleep(delay, this.#signal);
    return true;
  }
}
