import { describeEnd } from 'millrace/shared/runs/log-line.js';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { RunError } from 'millrace/shared/runs/run-status.js';
import type * as z from 'zod';
import { recordNextEvents, type NextEvent, type ReportedState } from '../../engine/reported/record-next-events.js';
import { wpipeReporter, type ReportedTaskRow } from '../../store/tables/reported-runs.js';
import { countUnmatchedEvent } from '../../store/tables/account-counters.js';
import type { endBody } from './bodies.js';
import type { WpipeCall } from './endpoint.js';
import { parseId, toTaskId } from './ids.js';
import { parseDetails, type FailureDetails } from './parse-details.js';

/**
 * `POST /endprocess`: marks a run as completed if `details` is empty, otherwise as failed. Does not change a run that has already ended,
 * unless its heartbeat timed out.
 */
export async function endProcess({ http, access, body }: WpipeCall<z.output<typeof endBody>>) {
  const { engine } = http;
  const runId = parseId('process', body.id);
  const wasFound =
    runId !== undefined &&
    (await recordNextEvents(engine, access, wpipeReporter, runId, (current) =>
      body.details === '' ? createCompletionEvents(current) : createFailureEvents(current, parseDetails(body.details)),
    ));
  if (!wasFound) await countUnmatchedEvent(engine.db, access.account);
  return { status: wasFound };
}

function createCompletionEvents({ tasks }: ReportedState): NextEvent[] {
  return [
    ...tasks.filter(isUnfinished).flatMap(createNotReportedEvents),
    { type: 'run-state', state: 'completed', result: null },
    { type: 'log', level: 'info', message: `Finished in state ${describeEnd('completed')}`, task: null },
  ];
}

function createFailureEvents({ run, tasks }: ReportedState, details: FailureDetails): NextEvent[] {
  const failedTask = findFailedTask(run.id, tasks, details);
  // wpipe 2.3 reports an exception's stack frames with the step, but only the exception's `repr` with the run
  const taskError = hasFrames(details.error) ? undefined : failedTask?.error;
  const error: RunError = {
    ...(hasFrames(taskError) ? taskError : details.error),
    ...(failedTask && { task: failedTask.name }),
  };
  const unfinishedTaskEvents = tasks.filter(isUnfinished).flatMap((task): NextEvent[] => {
    if (task === failedTask) return [createFailedEvent(task, details.error)];
    return failedTask && task.index < failedTask.index ? createNotReportedEvents(task) : [createSkippedEvent(task)];
  });
  return [
    ...unfinishedTaskEvents,
    ...(failedTask ? createReasonEvents(failedTask, details.error) : []),
    { type: 'run-state', state: 'failed', error },
    { type: 'log', level: 'error', message: `Finished in state ${describeEnd('failed', error.message)}`, task: null },
  ];
}

function hasFrames(error: RunError | null | undefined): error is RunError {
  const details = error?.details;
  if (typeof details !== 'object' || details === null || !('frames' in details)) return false;
  return Array.isArray(details.frames) && details.frames.length > 0;
}

/** Finds the task that made a run fail. Some clients do not report the task's id, and some not even its name. */
function findFailedTask(
  runId: string,
  tasks: readonly ReportedTaskRow[],
  { taskId, taskName }: FailureDetails,
): ReportedTaskRow | undefined {
  return (
    tasks.find(({ index }) => toTaskId(runId, index) === taskId) ??
    tasks.findLast(({ state }) => state === 'running') ??
    tasks.findLast(({ state }) => state === 'failed') ??
    tasks.find(({ name, state }) => name === taskName && state === 'pending') ??
    tasks.findLast(({ name }) => name === taskName)
  );
}

/**
 * Returns the event that adds the reason to a task that was reported as failed without a reason; for other tasks, returns no event.
 * wpipe 0.1.0 reports a task's failure immediately, but reports the reason only at the end of the run.
 */
function createReasonEvents(task: ReportedTaskRow, error: RunError): NextEvent[] {
  if (task.state !== 'failed' || task.error?.details !== undefined) return [];
  return [{ ...createFailedEvent(task, error), ...(task.finishedAt !== null && { at: task.finishedAt }) }];
}

const isUnfinished = ({ state }: ReportedTaskRow): boolean => !isFinalState(state);

/**
 * Returns the events that mark a task as skipped, with the message `not reported`. The task may nevertheless have run, because some clients
 * do not report every start and end.
 */
function createNotReportedEvents(task: ReportedTaskRow): NextEvent[] {
  const { key, attempt } = task;
  const progress = { current: 0, total: null, percent: null, message: 'not reported' };
  return [{ type: 'progress', key, attempt, progress }, createSkippedEvent(task)];
}

function createSkippedEvent({ key, attempt }: ReportedTaskRow): NextEvent {
  return { type: 'task-state', key, state: 'skipped', attempt };
}

function createFailedEvent({ key, attempt }: ReportedTaskRow, error: RunError): NextEvent {
  return { type: 'task-state', key, state: 'failed', attempt: Math.max(1, attempt), error };
}
