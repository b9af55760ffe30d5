import { sleep } from '../runtime/sleep.js';
import { isFinalState } from './run-state.js';
import type { RunStatus } from './run-status.js';
import { throwIfAborted } from '../runtime/abort-reason.js';

/** The result of one request for a run's status. */
export interface RunReading {
  readonly status: RunStatus;
  /** Increases with every change; 0 if the server does not count changes. */
  readonly sequence: number;
  /** How long the server was allowed to hold back the response, in milliseconds. */
  readonly longPollMs?: number | undefined;
}

/** Options for one request. */
export interface NextRequest {
  /** If aborted with {@link readAgainReason}, the next request is sent immediately. The loop throws any other abort reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the server should respond to every change. If false, it should respond only once the run has ended. @default true */
  readonly wantsChanges?: boolean;
  /** Interval before the second request to a server without long polling, in milliseconds. @default 1000 */
  readonly pollInterval?: number;
  /** Maximum polling interval, in milliseconds. @default 15_000 */
  readonly maxPollInterval?: number;
}

interface ReadUntilEndOptions<Reading extends RunReading> {
  /**
   * Makes one request.
   *
   * @param since The server can hold back the response until the run's sequence is greater than this number. If `since` is
   * `undefined`, the server can hold back the response until the run ends.
   */
  readonly read: (since: number | undefined, signal: AbortSignal | undefined) => Promise<Reading>;
  /** Returns the options for the next request. Called before each request. */
  readonly next: () => NextRequest;
  /**
   * Returns the delay after a transient error, in milliseconds, or `undefined` if the error ends the loop.
   *
   * @param previousErrors The number of consecutive errors before this one.
   */
  readonly getRetryDelay: (error: unknown, previousErrors: number) => number | undefined;
  /** Called for each transient error. */
  readonly onTransientError?: ((error: unknown) => void) | undefined;
  /** Waits after a transient error. @default sleep */
  readonly pause?: ((milliseconds: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /** How long transient errors can continue before one is thrown, in milliseconds. @default no limit */
  readonly maxOutageMs?: number | undefined;
  /** The run's last known sequence. @default 0 */
  readonly since?: number | undefined;
}

/** The abort reason of a request that is aborted in favor of a new request. */
export const readAgainReason = new Error('read again');

/** A response counts as held back if it took longer than this, in milliseconds, or than 80% of the long-poll timeout if that is shorter. */
const defaultMinHeldBackMs = 1000;

/**
 * Polls a run's status until the run ends. A server that holds back responses is polled again immediately; other servers are polled at
 * increasing intervals. Each request is sent only after the previous status has been consumed.
 *
 * @throws A request's error if it is not transient or if `maxOutageMs` has passed; the signal's reason if the signal is aborted.
 */
export async function* readUntilEnd<Reading extends RunReading>(
  options: ReadUntilEndOptions<Reading>,
): AsyncGenerator<Reading, undefined> {
  const { default: pWaitFor } = await import('p-wait-for');
  const { read, next, getRetryDelay, onTransientError, pause = sleep, maxOutageMs = Infinity } = options;
  let since = options.since ?? 0;
  let interval: number | undefined;
  let shouldWait = false;
  for (;;) {
    let errorCount = 0;
    let startedAt: number | undefined;
    // p-wait-for's own interval, timeout and signal are not used, because they leave a listener behind for each attempt
    const { reading, isHeldBack } = await pWaitFor(
      async () => {
        const { signal, wantsChanges = true, pollInterval = 1000, maxPollInterval = 15_000 } = next();
        try {
          if (shouldWait) {
            shouldWait = false;
            interval = Math.min(maxPollInterval, interval === undefined ? pollInterval : interval * 1.5);
            await sleep(interval * (0.8 + Math.random() * 0.4), signal);
          }
          const sentAt = performance.now();
          startedAt ??= sentAt;
          const reading = await read(wantsChanges ? since : undefined, signal);
          const minHeldBackMs = Math.min(defaultMinHeldBackMs, 0.8 * (reading.longPollMs ?? Infinity));
          return pWaitFor.resolveWith({ reading, isHeldBack: performance.now() - sentAt > minHeldBackMs });
        } catch (error) {
          if (signal?.reason === readAgainReason) return false;
          throwIfAborted(signal);
          const delay = getRetryDelay(error, errorCount++);
          const isOutageTooLong = startedAt !== undefined && performance.now() - startedAt > maxOutageMs;
          if (delay === undefined || isOutageTooLong) throw error;
          onTransientError?.(error);
          await pause(delay, signal).catch((reason: unknown) => {
            if (reason !== readAgainReason) throw reason;
          });
          return false;
        }
      },
      { interval: 0 },
    );
    const hasChanged = reading.sequence > since;
    since = reading.sequence;
    yield reading;
    if (isFinalState(reading.status.state)) return undefined;
    shouldWait = reading.sequence === 0 || !(hasChanged || isHeldBack);
  }
}
