import { Issues } from '../options/issues.js';
import { checkRequestOptions, isWhole } from '../options/request-options.js';
import { ApiError } from '../errors/api-error.js';
import { NotFoundError } from '../errors/not-found-error.js';
import { WaitTimeoutError } from '../errors/wait-timeout-error.js';
import type { Connection } from '../http/connection.js';
import { Deadline } from '../http/deadline.js';
import { retryDelay } from '../http/retry-policy.js';
import { sleep } from '../shared/runtime/sleep.js';
import { showStatus } from '../print/records.js';
import { checkId } from '../shared/rules/identifier.js';
import { isFinalState } from '../shared/runs/run-state.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import type { RunWaitOptions, WatchOptions } from '../shared/types/runs.js';
import { isTransientFault } from './transient-fault.js';
import { askV1, requireV1 } from '../http/v1-call.js';

/** The server holds its answer back for so long. */
const longPollSeconds = 25;
const usualPatience = 300_000;

interface Look {
  readonly sequence: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly patience: number;
}

/** The records of a run, one for each change that the reader is quick enough for. */
export async function* watchRun(
  connection: Connection,
  requestId: string,
  options: WatchOptions,
): AsyncGenerator<RunStatus, undefined> {
  const { signal, patience = usualPatience } = checkOptions(requestId, options, 'runs.watch()', ['signal', 'patience']);
  let sequence = 0;
  for (;;) {
    let reading: Reading;
    try {
      reading = await look(connection, requestId, { sequence, signal, patience });
    } catch (error) {
      // it was there before
      if (sequence > 0 && error instanceof NotFoundError) return undefined;
      throw error;
    }
    if (reading.sequence > sequence) yield reading.status;
    sequence = reading.sequence;
    if (isFinalState(reading.status.state)) return undefined;
  }
}

/** @throws `WaitTimeoutError`, `NotFoundError`, the signal's reason */
export async function waitForRun(
  connection: Connection,
  requestId: string,
  options: RunWaitOptions,
): Promise<RunStatus> {
  const checked = checkOptions(requestId, options, 'runs.wait()', ['signal', 'patience', 'timeout']);
  const { timeout = Infinity, patience = usualPatience } = checked;
  let lastStatus: RunStatus | undefined;
  const deadline = new Deadline(checked.signal, timeout, () => timedOut(requestId, timeout, lastStatus));
  try {
    for (;;) {
      const { status } = await look(connection, requestId, { sequence: undefined, signal: deadline.signal, patience });
      if (isFinalState(status.state)) return status;
      lastStatus = status;
    }
  } finally {
    deadline.clear();
  }
}

interface Reading {
  readonly status: RunStatus;
  readonly sequence: number;
}

/** One answer, however often it takes to ask for it. */
async function look(connection: Connection, requestId: string, { sequence, signal, patience }: Look): Promise<Reading> {
  const started = performance.now();
  for (let faults = 0; ; faults++) {
    try {
      return await read(connection, requestId, sequence, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isTransientFault(error) || performance.now() - started > patience) throw error;
      const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
      await sleep(asked === undefined ? retryDelay(faults) : Math.min(asked, 60_000), signal);
    }
  }
}

async function read(
  connection: Connection,
  requestId: string,
  sequence: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Reading> {
  const options: RequestOptions = { signal, maxRetries: 0 };
  await requireV1(connection, options);
  const what = `read the status of run ${requestId}`;
  const since = sequence === undefined ? '' : `&since=${sequence}`;
  const path = `/v1/runs/${requestId.toLowerCase()}?wait=${longPollSeconds}${since}`;
  const timeout = connection.settings.timeout + longPollSeconds * 1000;
  const call = { what, method: 'GET', path } as const;
  const { output, response } = await askV1(connection, call, { ...options, timeout }, (v1) => v1.runResponse);
  return { status: showStatus(output), sequence: Number(response.headers['millrace-sequence'] ?? 0) || 0 };
}

function checkOptions<T extends RunWaitOptions>(requestId: unknown, options: T, of: string, names: string[]): T {
  const issues = new Issues();
  issues.add(['requestId'], checkId(requestId));
  const known = issues.addUnknown(options, names, of);
  const { signal, patience, timeout } = known;
  checkRequestOptions({ signal }, issues);
  issues.expect('patience', patience, isWhole(patience, 0), 'a whole number of milliseconds from 0 up');
  const isTime = timeout === Infinity || isWhole(timeout, 1);
  issues.expect('timeout', timeout, isTime, 'a whole number of milliseconds from 1 up');
  issues.throwIfAny();
  return known;
}

function timedOut(requestId: string, timeout: number, lastStatus: RunStatus | undefined): WaitTimeoutError {
  const state = lastStatus ? `It is ${lastStatus.state}.` : 'Its state is not known yet.';
  return new WaitTimeoutError(
    `Waited ${timeout / 1000} s for the end of run ${requestId}. ${state} Nothing was deleted or cancelled; this goes on waiting for it:\n` +
      `client.runs.wait('${requestId}')`,
    { requestId, fileId: lastStatus?.fileId ?? undefined, lastStatus },
  );
}
