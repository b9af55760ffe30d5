import { WaitTimeoutError } from '../errors/wait-timeout-error.js';
import { maxTimerDelayMs } from '../options/option-rules.js';
import type { ProcessEvent, WaitOptions } from '../shared/types/process.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import { describeProgress } from './describe-status.js';
import { RunEvents } from './run-events.js';
import { getResponseDeadline } from './read-run.js';
import type { RunFeed } from './run-feed.js';
import { isFinalState } from '../shared/runs/run-state.js';
import { isError } from '../shared/rules/class-of.js';
import { getAbortReason, throwIfAborted } from '../shared/runtime/abort-reason.js';

/** The run to wait for. */
export interface WaitTarget {
  readonly requestId: string;
  readonly getFileId: () => string | undefined;
  /** The description of the file in messages. */
  readonly label: string;
}

type WaitForEndOptions = Pick<
  WaitOptions,
  'signal' | 'timeout' | 'retryFor' | 'waitTimeout' | 'pollInterval' | 'maxPollInterval'
> & {
  readonly wantsOutput?: boolean;
};

/**
 * Waits until a run ends, in any state, and returns its final record.
 *
 * @param onEvent Called for each event. If it throws, the returned promise rejects with that error.
 * @throws `WaitTimeoutError` if the run does not end within `waitTimeout`; any permanent error; the most recent error if errors continue
 * for longer than `retryFor`; the signal's reason if the signal is aborted.
 */
export async function waitForEnd(
  feed: RunFeed,
  run: WaitTarget,
  options: WaitForEndOptions,
  onEvent: ((event: ProcessEvent) => void) | undefined,
): Promise<RunStatus> {
  const {
    signal,
    timeout,
    retryFor = Infinity,
    waitTimeout = 1_800_000,
    pollInterval = 1000,
    maxPollInterval = 15_000,
    wantsOutput = false,
  } = options;
  throwIfAborted(signal);
  const events = new RunEvents(run.label);
  let lastStatus: RunStatus | undefined;
  let lastError: unknown;
  let stopFollowing: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<RunStatus>((resolve, reject) => {
      // the lint rule for `reject` requires an `Error`, but an abort reason or a thrown value can have any type
      const fail: (reason: unknown) => void = reject;
      onAbort = () => {
        if (signal) fail(getAbortReason(signal));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      // a timer with a delay above `maxTimerDelayMs` would fire immediately, so a longer wait has no timeout
      if (waitTimeout <= maxTimerDelayMs) {
        timer = setTimeout(() => reject(createTimeoutError(run, waitTimeout, lastStatus, lastError)), waitTimeout);
      }
      stopFollowing = feed.follow({
        wantsChanges: onEvent !== undefined,
        wantsOutput,
        pollInterval,
        maxPollInterval,
        timeout,
        retryFor,
        responseDeadline: getResponseDeadline(waitTimeout),
        onStatus(status) {
          lastStatus = status;
          try {
            for (const event of onEvent ? events.createEvents(status) : []) onEvent?.(event);
          } catch (error) {
            fail(error);
          }
          if (isFinalState(status.state)) resolve(status);
        },
        onError: fail,
        onTransientError(error) {
          lastError = error;
        },
      });
    });
  } finally {
    stopFollowing?.();
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener('abort', onAbort);
  }
}

function createTimeoutError(
  run: WaitTarget,
  waitTimeout: number,
  lastStatus: RunStatus | undefined,
  lastError: unknown,
): WaitTimeoutError {
  const { requestId, label } = run;
  const detail = lastStatus === undefined && isError(lastError) ? ` ${lastError.message}` : '';
  return new WaitTimeoutError(
    `Timed out after ${waitTimeout / 1000} s waiting for ${label} to be processed (request ${requestId}). ${describeProgress(lastStatus)}${detail} ` +
      `Nothing was deleted or cancelled. The run continues; to keep waiting for it, call:\npipeline.attach('${requestId}').wait()`,
    { requestId, fileId: lastStatus?.fileId ?? run.getFileId(), lastStatus, cause: lastError },
  );
}
