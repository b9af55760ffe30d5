import { NotFoundError } from '../errors/api-error.js';
import { addRetryAdvice } from '../errors/retry-advice.js';
import { WaitTimeoutError } from '../errors/wait-timeout-error.js';
import type { Connection } from '../http/connection.js';
import { AbortTimer } from '../shared/runtime/abort-timer.js';
import { requireV1 } from '../http/call-v1.js';
import { Issues } from '../options/issues.js';
import { toBeSignal, toBeMillisecondsOrInfinity, integerAtLeast, type OptionRules } from '../options/option-rules.js';
import { checkId } from '../shared/rules/arguments.js';
import { readUntilEnd, type NextRequest } from '../shared/runs/read-until-end.js';
import type { RunStatus, TaskRow } from '../shared/runs/run-status.js';
import type { Rows } from '../shared/types/rows.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { WaitRetries } from './wait-retries.js';
import { getLongPollSeconds, readRunRecord, getResponseDeadline, type RunSnapshot } from './read-run.js';

/** Options for watching a run or a batch. */
export interface WatchOptions {
  /** Aborts the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Timeout for each HTTP request, or for the start of an event stream, in milliseconds. @default the client's `timeout` */
  timeout?: number | undefined;
  /** How long to keep retrying while errors continue, in milliseconds. @default the client's `retryFor` */
  retryFor?: number | undefined;
}

/** Options for waiting until a run ends. */
export interface RunWaitOptions extends WatchOptions {
  /** Maximum total wait time, in milliseconds. @default no limit */
  waitTimeout?: number | undefined;
}

export const watchRules: OptionRules<keyof WatchOptions> = {
  signal: toBeSignal,
  timeout: integerAtLeast(1, ' of milliseconds'),
  retryFor: toBeMillisecondsOrInfinity,
};
const waitRules: OptionRules<keyof RunWaitOptions> = {
  ...watchRules,
  waitTimeout: toBeMillisecondsOrInfinity,
};

/**
 * Yields a run's current record, and then its record after each change, until the run ends or is deleted. A slow reader gets only the
 * latest record.
 */
export async function* watchRun(
  connection: Connection,
  requestId: string,
  options: WatchOptions,
): AsyncGenerator<RunStatus & Rows<TaskRow>, undefined> {
  const { signal } = checkArguments(requestId, options, watchRules, 'runs.watch()');
  let lastSequence = 0;
  try {
    const snapshots = readSnapshots(connection, requestId, options, { signal, wantsChanges: true });
    for await (const { status, sequence } of snapshots) {
      if (sequence > lastSequence) yield status;
      lastSequence = sequence;
    }
  } catch (error) {
    // the run was found earlier, so it has been deleted
    if (lastSequence > 0 && error instanceof NotFoundError) return undefined;
    throw error;
  }
  return undefined;
}

/**
 * Waits until a run ends, in any state, and returns its final record.
 *
 * @throws `WaitTimeoutError` if the run does not end within `waitTimeout`; `NotFoundError` if the run does not exist or is deleted during
 * the wait; the most recent error if errors continue for longer than `retryFor`; the signal's reason if the signal is aborted.
 */
export async function waitForRun(
  connection: Connection,
  requestId: string,
  options: RunWaitOptions,
): Promise<RunStatus & Rows<TaskRow>> {
  const { signal: callerSignal, waitTimeout = Infinity } = checkArguments(requestId, options, waitRules, 'runs.wait()');
  let lastStatus: (RunStatus & Rows<TaskRow>) | undefined;
  const deadline = new AbortTimer(callerSignal, waitTimeout, () =>
    createTimeoutError(requestId, waitTimeout, lastStatus),
  );
  const { signal } = deadline;
  try {
    const responseDeadline = getResponseDeadline(waitTimeout);
    const snapshots = readSnapshots(connection, requestId, options, { signal, wantsChanges: false }, responseDeadline);
    for await (const { status } of snapshots) lastStatus = status;
    // `readUntilEnd` yields at least one record
    return lastStatus as RunStatus & Rows<TaskRow>;
  } finally {
    deadline.clear();
  }
}

async function* readSnapshots(
  connection: Connection,
  requestId: string,
  { timeout, retryFor = connection.settings.retryFor }: WatchOptions,
  nextRequest: NextRequest,
  responseDeadline = Infinity,
): AsyncGenerator<RunSnapshot, undefined> {
  const retries = new WaitRetries(connection, () => retryFor);
  const snapshots = readUntilEnd({
    next: () => nextRequest,
    read: async (since, signal) => {
      const options: RequestOptions = { signal, timeout, maxRetries: 0 };
      await requireV1(connection, options);
      return readRunRecord(connection, requestId.toLowerCase(), options, {
        seconds: getLongPollSeconds([responseDeadline]),
        since,
      });
    },
    getRetryDelay: retries.recordError,
    pause: retries.pause,
  });
  try {
    for await (const snapshot of snapshots) {
      retries.reset();
      yield snapshot;
    }
  } catch (error) {
    const advice = `To keep waiting for the run, call:\nclient.runs.wait('${requestId}')`;
    throw addRetryAdvice(error, { requestId, advice });
  } finally {
    retries.reset();
  }
  return undefined;
}

function checkArguments<T extends object>(
  requestId: unknown,
  options: T,
  rules: OptionRules<keyof T & string>,
  callName: string,
): T {
  const issues = new Issues();
  issues.add(['requestId'], checkId(requestId));
  issues.check(options, rules, callName);
  issues.throwIfAny();
  return options;
}

function createTimeoutError(
  requestId: string,
  waitTimeout: number,
  lastStatus: RunStatus | undefined,
): WaitTimeoutError {
  const state = lastStatus ? `It is ${lastStatus.state}.` : 'Its state is unknown.';
  return new WaitTimeoutError(
    `Timed out after ${waitTimeout / 1000} s waiting for run ${requestId} to end. ${state} Nothing was deleted or cancelled. To keep waiting for it, call:\n` +
      `client.runs.wait('${requestId}')`,
    { requestId, fileId: lastStatus?.fileId ?? undefined, lastStatus },
  );
}
