import type { Log } from '../settings/log.js';
import { readRetryAfter } from '../shared/rules/retry-after.js';
import { sleep } from '../shared/runtime/sleep.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { isUnavailableStatus, type Outages, type ServerOutage } from './outages.js';
import { getRetryDelay, maxRetryAfter } from './retry-policy.js';
import type { TransportFault } from './transport-fault.js';

/** The server that a request is sent to, and the client's retry settings. */
export interface RetryTarget {
  readonly origin: string;
  /** The method and path for log messages, without secrets. */
  readonly label: string;
  /** Whether an earlier response named this host, so that the host is known to exist. */
  readonly isKnown: boolean;
  readonly outages: Outages;
  readonly settings: { readonly maxRetries: number; readonly retryFor: number; readonly log: Log };
}

/**
 * Decides whether and when a call sends its next attempt. `maxRetries` limits the number of retries. All retries during one outage of the
 * server count as one. `retryFor` limits how long a call retries during an outage.
 */
export class Retries {
  readonly #target: RetryTarget;
  readonly #signal: AbortSignal | undefined;
  readonly #maxRetries: number;
  readonly #retryFor: number;
  /** When the first attempt failed, as a `performance.now()` value. */
  #firstFailure: number | undefined;
  #failures = 0;
  #retries = 0;
  #outage: ServerOutage | undefined;
  #stopWaiting: (() => void) | undefined;

  constructor(target: RetryTarget, { maxRetries, retryFor, signal }: RequestOptions) {
    this.#target = target;
    this.#signal = signal;
    this.#maxRetries = maxRetries ?? target.settings.maxRetries;
    this.#retryFor = retryFor ?? target.settings.retryFor;
  }

  /** Waits before a retry after a connection error. @returns False if no retry is allowed. @throws The signal's reason if it is aborted. */
  waitAfterFault(fault: TransportFault): Promise<boolean> {
    return this.#waitToRetry(fault.code, fault.isUnreachable, undefined);
  }

  /** Waits before a retry after an error response. @returns False if no retry is allowed. @throws The signal's reason if it is aborted. */
  waitAfterResponse({
    status,
    headers,
  }: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
  }): Promise<boolean> {
    return this.#waitToRetry(`status ${status}`, isUnavailableStatus(status), readRetryAfter(headers));
  }

  /** Records that the call no longer waits for the server. Must be called once the call has ended. */
  end(): void {
    this.#stopWaiting?.();
  }

  async #waitToRetry(reason: string, isOutage: boolean, retryAfter: number | undefined): Promise<boolean> {
    const { outages, origin, isKnown, label, settings } = this.#target;
    const { log } = settings;
    const now = performance.now();
    this.#firstFailure ??= now;
    const delay = getRetryDelay(this.#failures++, retryAfter);
    const canWait = this.#retryFor > 0 && this.#maxRetries > 0 && (isKnown || outages.hasResponded);
    const outage = isOutage && canWait ? outages.recordFailure(origin, reason) : undefined;
    // a server that sends `Retry-After` may respond to other calls and so end the outage, but this call treats it as the same outage
    const isSameOutage = this.#outage !== undefined && (outage === this.#outage || retryAfter !== undefined);
    this.#outage = outage;
    if (outage && isSameOutage) {
      const remaining = Math.min(this.#firstFailure, outage.since) + this.#retryFor - now;
      if (remaining > 0 && (retryAfter ?? 0) <= remaining) {
        this.#stopWaiting ??= outages.beginWait();
        log.debug(`${label}: ${reason}; next attempt in ${Math.round(delay)} ms`);
        if (retryAfter !== undefined) await sleep(delay, this.#signal);
        else await outages.pause(outage, Math.min(delay, remaining), this.#signal);
        return true;
      }
      if (remaining > 0 || now >= this.#firstFailure + this.#retryFor) return false;
    }
    const longestDelay = outage ? Math.max(maxRetryAfter, this.#retryFor) : maxRetryAfter;
    if (this.#retries >= this.#maxRetries || (retryAfter ?? 0) > longestDelay) return false;
    this.#retries++;
    log.warn(`${label}: ${reason}; attempt ${this.#retries + 1} of ${this.#maxRetries + 1} in ${Math.round(delay)} ms`);
    await sleep(delay, this.#signal);
    return true;
  }
}
