import { sleep } from '../runtime/sleep.js';
import { isFinalState } from './run-state.js';
import type { RunStatus } from './run-status.js';

/** The record of a run, as one request returned it. */
export interface RunReading {
  readonly status: RunStatus;
  /** Grows with every change; 0 where the server does not count. */
  readonly sequence: number;
}

/** What the next request is for. It may differ from request to request. */
export interface NextRequest {
  /** Aborted with {@link readAgain}, the next request is made at once; aborted with anything else, the loop throws that. */
  readonly signal?: AbortSignal | undefined;
  /** Whether every change is wanted, not only the end. @default true */
  readonly wantsChanges?: boolean;
  /** Milliseconds before the second request to a server that cannot tell when the run changes. @default 1000 */
  readonly pollInterval?: number;
  /** Milliseconds. @default 15_000 */
  readonly maxPollInterval?: number;
}

interface ReadUntilEndOptions<Reading extends RunReading> {
  /**
   * Makes one request.
   *
   * @param since The server may hold the response back until the sequence is greater; without it, until the run ends.
   */
  readonly read: (since: number | undefined, signal: AbortSignal | undefined) => Promise<Reading>;
  /** Called before each request. */
  readonly next: () => NextRequest;
  /**
   * Returns the milliseconds to wait after a transient fault; `undefined` for a fault that ends the loop.
   *
   * @param faults How many faults came before it, one after the other.
   */
  readonly delayAfter: (fault: unknown, faults: number) => number | undefined;
  /** Called for each transient fault. */
  readonly onFault?: ((fault: unknown) => void) | undefined;
  /** Milliseconds of transient faults until the last one is thrown. @default no limit */
  readonly patience?: number | undefined;
  /** The sequence that is known already. @default 0 */
  readonly since?: number | undefined;
}

/** The reason to abort a request so that another one replaces it. */
export const readAgain = new Error('read again');

/** A response that took longer than this was held back by the server. */
const heldBackMs = 1000;

/**
 * Reads the record of a run, again and again until the run ends. A server that holds responses back is asked again at once, any
 * other at growing intervals. The next request is made when the reading before it has been consumed.
 *
 * @throws A fault that is not transient, or outlasts `patience`; the reason of an aborted signal.
 */
export async function* readUntilEnd<Reading extends RunReading>(
  options: ReadUntilEndOptions<Reading>,
): AsyncGenerator<Reading, undefined> {
  const { default: pWaitFor } = await import('p-wait-for');
  const { read, next, delayAfter, onFault, patience = Infinity } = options;
  let since = options.since ?? 0;
  let interval: number | undefined;
  let isPaused = false;
  for (;;) {
    let faults = 0;
    let started: number | undefined;
    // its own interval, timeout and signal are not used: it leaves a listener behind for each attempt
    const { reading, isHeldBack } = await pWaitFor(
      async () => {
        const { signal, wantsChanges = true, pollInterval = 1000, maxPollInterval = 15_000 } = next();
        try {
          if (isPaused) {
            isPaused = false;
            interval = Math.min(maxPollInterval, interval === undefined ? pollInterval : interval * 1.5);
            await sleep(interval * (0.8 + Math.random() * 0.4), signal);
          }
          const asked = performance.now();
          started ??= asked;
          const reading = await read(wantsChanges ? since : undefined, signal);
          return pWaitFor.resolveWith({ reading, isHeldBack: performance.now() - asked > heldBackMs });
        } catch (fault) {
          if (signal?.reason === readAgain) return false;
          signal?.throwIfAborted();
          const delay = delayAfter(fault, faults++);
          const isOutlasted = started !== undefined && performance.now() - started > patience;
          if (delay === undefined || isOutlasted) throw fault;
          onFault?.(fault);
          await sleep(delay, signal).catch((reason: unknown) => {
            if (reason !== readAgain) throw reason;
          });
          return false;
        }
      },
      { interval: 0 },
    );
    const isChange = reading.sequence > since;
    since = reading.sequence;
    yield reading;
    if (isFinalState(reading.status.state)) return undefined;
    isPaused = reading.sequence === 0 || !(isChange || isHeldBack);
  }
}
