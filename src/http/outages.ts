import type { Log } from '../settings/log.js';
import type { Outage } from '../shared/types/client-options.js';
import { getAbortReason } from '../shared/runtime/abort-reason.js';
import { sleep } from '../shared/runtime/sleep.js';
import { unref } from '../shared/runtime/unref.js';

/**
 * Maximum time between two consecutive failures in the same outage, in milliseconds. Longer than any pause between attempts, except for a
 * long `Retry-After`.
 */
const maxFailureGapMs = 120_000;
/**
 * Maximum random delay before a waiting call retries after the server is back, in milliseconds. Prevents all calls from retrying at once.
 */
const maxJitterMs = 1000;
/** Interval at which the listeners are called during a wait, in milliseconds. */
const tickIntervalMs = 1000;

/** A period in which a server is unavailable. */
export interface ServerOutage {
  /** When the first failure was recorded, as a `performance.now()` value. */
  readonly startedAt: number;
  readonly reason: string;
  /** When the most recent failure was recorded, as a `performance.now()` value. */
  lastFailureAt: number;
  /** Called when the server is back, to end the pauses of waiting calls. */
  readonly wakeCallbacks: Set<() => void>;
}

type Listener = (outage: Outage | null) => void;

/** The abort reason that ends a pause early. */
const serverBackReason = new Error('the server is back');

/** Tracks outages of a client's server and of the hosts for uploads and downloads. */
export class Outages {
  readonly #log: Log;
  readonly #outagesByOrigin = new Map<string, ServerOutage>();
  readonly #listeners = new Set<Listener>();
  #waitingCount = 0;
  #ticker: NodeJS.Timeout | undefined;
  /** The number of failed attempts recorded since the client was created. */
  failureCount = 0;
  /**
   * Whether the server, or a host for uploads or downloads, has responded to this client. A response with status 502, 503 or 504
   * counts only if it has the `millrace-api` header, because otherwise a proxy may have sent it.
   */
  hasResponded = false;

  constructor(log: Log, listener: Listener | undefined) {
    this.#log = log;
    if (listener) this.#listeners.add(listener);
  }

  /**
   * Calls the listener every second while any call is waiting for a server, and with `null` when no call is waiting any more.
   *
   * @returns A function that removes the listener.
   */
  addListener(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Records a response. Ends the origin's outage if the status shows that the server is available. */
  recordResponse(origin: string, { status, headers }: ResponseHead): void {
    const isUnavailable = isUnavailableStatus(status);
    if (!isUnavailable || headers['millrace-api'] !== undefined) this.hasResponded = true;
    const outage = this.#outagesByOrigin.get(origin);
    if (isUnavailable || !outage) return;
    this.#outagesByOrigin.delete(origin);
    if (this.#waitingCount > 0) this.#log.warn(`${origin} is back after ${secondsSince(outage)} s`);
    for (const wake of outage.wakeCallbacks) wake();
  }

  /** Records a failed attempt. @returns The current outage of the origin, or a new one. */
  recordFailure(origin: string, reason: string): ServerOutage {
    const now = performance.now();
    this.failureCount++;
    for (const [other, { lastFailureAt }] of this.#outagesByOrigin)
      if (now - lastFailureAt > maxFailureGapMs) this.#outagesByOrigin.delete(other);
    const outage = this.#outagesByOrigin.get(origin) ?? {
      startedAt: now,
      reason,
      lastFailureAt: now,
      wakeCallbacks: new Set(),
    };
    outage.lastFailureAt = now;
    this.#outagesByOrigin.set(origin, outage);
    return outage;
  }

  /** Registers a waiting call. @returns A function that must be called when the wait ends. */
  beginWait(): () => void {
    if (this.#waitingCount++ === 0) {
      this.#log.warn(
        `waiting for ${[...this.#outagesByOrigin].map(([origin, { reason }]) => `${origin} (${reason})`).join(', ')}`,
      );
      this.#ticker = unref(setInterval(() => this.#tick(), tickIntervalMs));
      this.#tick();
    }
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      if (--this.#waitingCount > 0) return;
      clearInterval(this.#ticker);
      this.#notify(null);
    };
  }

  /**
   * Pauses before the next attempt. If a response to another call ends the outage, the pause ends within a second.
   *
   * @throws The signal's reason if it is aborted.
   */
  async pause(outage: ServerOutage, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    const controller = new AbortController();
    const relayAbort = () => controller.abort(signal && getAbortReason(signal));
    const wake = () => controller.abort(serverBackReason);
    signal?.addEventListener('abort', relayAbort, { once: true });
    outage.wakeCallbacks.add(wake);
    try {
      if (signal?.aborted) relayAbort();
      await sleep(milliseconds, controller.signal);
    } catch (reason) {
      if (reason !== serverBackReason) throw reason;
      await sleep(Math.random() * Math.min(maxJitterMs, milliseconds), signal);
    } finally {
      signal?.removeEventListener('abort', relayAbort);
      outage.wakeCallbacks.delete(wake);
    }
  }

  #tick(): void {
    const [longestOutage] = [...this.#outagesByOrigin.values()].sort((a, b) => a.startedAt - b.startedAt);
    if (longestOutage) this.#notify({ seconds: secondsSince(longestOutage), reason: longestOutage.reason });
  }

  #notify(outage: Outage | null): void {
    for (const listener of this.#listeners) {
      try {
        listener(outage);
      } catch (error) {
        this.#log.error('onOutage threw an error', { error: String(error) });
      }
    }
  }
}

interface ResponseHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Returns whether a status means that the server, or the server behind a proxy, is unavailable. */
export function isUnavailableStatus(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}

function secondsSince({ startedAt }: ServerOutage): number {
  return Math.floor((performance.now() - startedAt) / 1000);
}
