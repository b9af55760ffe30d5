import { WaitTimeoutError } from '../errors/wait-timeout-error.js';
import type { ProcessEvent, WaitOptions } from '../shared/types/process.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import { describeProgress } from './describe-status.js';
import { RunEvents } from './run-events.js';
import type { RunFeed } from './run-feed.js';
import { isFinalState } from '../shared/runs/run-state.js';

export interface Waited {
  readonly requestId: string;
  readonly fileId: () => string | undefined;
  readonly label: string;
}

type EndOptions = Pick<WaitOptions, 'signal' | 'waitTimeout' | 'pollInterval' | 'maxPollInterval'> & {
  readonly wantsOutput?: boolean;
};

/** The longest delay of a timer, in milliseconds. A longer wait has no limit. */
const longestTimer = 2 ** 31 - 1;

/**
 * Waits until a run ends, in whatever state, and returns its record.
 *
 * @param onEvent An error that it throws ends the wait, unchanged.
 * @throws `WaitTimeoutError`, the signal's reason, or the error that ended following the run.
 */
export async function waitForEnd(
  feed: RunFeed,
  run: Waited,
  options: EndOptions,
  onEvent: ((event: ProcessEvent) => void) | undefined,
): Promise<RunStatus> {
  const {
    signal,
    waitTimeout = 1_800_000,
    pollInterval = 1000,
    maxPollInterval = 15_000,
    wantsOutput = false,
  } = options;
  signal?.throwIfAborted();
  const events = new RunEvents(run.label);
  let last: RunStatus | undefined;
  let fault: unknown;
  let stopFollowing: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  try {
    return await new Promise<RunStatus>((resolve, reject) => {
      // an abort's reason and a callback's error may be any value
      const fail: (reason: unknown) => void = reject;
      abort = () => fail(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      if (waitTimeout <= longestTimer) {
        timer = setTimeout(() => reject(timedOut(run, waitTimeout, last, fault)), waitTimeout);
      }
      stopFollowing = feed.follow({
        wantsChanges: onEvent !== undefined,
        wantsOutput,
        pollInterval,
        maxPollInterval,
        onStatus(status) {
          last = status;
          try {
            for (const event of onEvent ? events.read(status) : []) onEvent?.(event);
          } catch (error) {
            fail(error);
          }
          if (isFinalState(status.state)) resolve(status);
        },
        onError: fail,
        onFault(error) {
          fault = error;
        },
      });
    });
  } finally {
    stopFollowing?.();
    clearTimeout(timer);
    if (abort) signal?.removeEventListener('abort', abort);
  }
}

function timedOut(run: Waited, waitTimeout: number, last: RunStatus | undefined, fault: unknown): WaitTimeoutError {
  const { requestId, label } = run;
  const trouble = last === undefined && fault instanceof Error ? ` ${fault.message}` : '';
  return new WaitTimeoutError(
    `Waited ${waitTimeout / 1000} s for ${label} to be processed, and it is not yet (request ${requestId}). ${describeProgress(last)}${trouble} ` +
      `Nothing was deleted or cancelled: the run goes on, and this goes on waiting for it:\npipeline.run('${requestId}').wait()`,
    { requestId, fileId: last?.fileId ?? run.fileId(), lastStatus: last, cause: fault },
  );
}
