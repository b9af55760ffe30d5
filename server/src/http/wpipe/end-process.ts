import { describeEnd } from 'millrace/shared/runs/log-line.js';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { RunError } from 'millrace/shared/runs/run-status.js';
import type * as z from 'zod';
import { recordNextEvent, type NextEvent, type ReportedSoFar } from '../../engine/reported/record-next-event.js';
import type { ReportedTaskRow } from '../../store/tables/reported-runs.js';
import { countUnmatchedEvent } from '../../store/tables/account-counters.js';
import type { endBody } from './bodies.js';
import type { WpipeCall } from './endpoint.js';
import { readId, taskIdOf, wpipeReporter } from './ids.js';
import { readDetails, type ReadDetails } from './read-details.js';

/** `POST /endprocess`: ends a run. The run completes if `details` is empty, and fails otherwise. */
export async function endProcess({ http, account, body }: WpipeCall<z.output<typeof endBody>>) {
  const { engine } = http;
  const runId = readId('process', body.id);
  const isKnown =
    runId !== undefined &&
    (await recordNextEvent(engine, account.id, wpipeReporter, runId, (known) =>
      body.details === '' ? completion(known) : failure(known, readDetails(body.details)),
    ));
  if (!isKnown) await countUnmatchedEvent(engine.db, account.id);
  return { status: isKnown };
}

function completion({ tasks }: ReportedSoFar): NextEvent[] {
  return [
    ...tasks.filter(isOpen).flatMap(notReported),
    { type: 'run-state', state: 'completed', result: null },
    { type: 'log', level: 'info', message: `Finished in state ${describeEnd('completed')}`, task: null },
  ];
}

function failure({ run, tasks }: ReportedSoFar, details: ReadDetails): NextEvent[] {
  const culprit = findCulprit(run.id, tasks, details);
  const error: RunError = { ...details.error, ...(culprit && { task: culprit.key }) };
  const rest = tasks.filter(isOpen).flatMap((task): NextEvent[] => {
    if (task === culprit) return [failed(task, details.error)];
    return culprit && task.index < culprit.index ? notReported(task) : [skipped(task)];
  });
  return [
    ...rest,
    ...(culprit ? reasonOf(culprit, details.error) : []),
    { type: 'run-state', state: 'failed', error },
    { type: 'log', level: 'error', message: `Finished in state ${describeEnd('failed', error.message)}`, task: null },
  ];
}

/** Returns the task that made a run fail: the task with the reported id, the last running or failed task, or one with the reported name. */
function findCulprit(
  runId: string,
  tasks: readonly ReportedTaskRow[],
  { taskId, taskName }: ReadDetails,
): ReportedTaskRow | undefined {
  return (
    tasks.find(({ index }) => taskIdOf(runId, index) === taskId) ??
    tasks.findLast(({ state }) => state === 'running') ??
    tasks.findLast(({ state }) => state === 'failed') ??
    tasks.find(({ name, state }) => name === taskName && state === 'pending') ??
    tasks.findLast(({ name }) => name === taskName)
  );
}

/** Adds the reason to a failed task, because 0.1.0 clients report a failure immediately but its reason only when the run ends. */
function reasonOf(task: ReportedTaskRow, error: RunError): NextEvent[] {
  if (task.state !== 'failed' || task.error?.details !== undefined) return [];
  return [{ ...failed(task, error), ...(task.finishedAt !== null && { at: task.finishedAt }) }];
}

const isOpen = ({ state }: ReportedTaskRow): boolean => !isFinalState(state);

/** Skips a task and notes that it was not reported. It may have run, because some clients do not report every task or how it ended. */
function notReported(task: ReportedTaskRow): NextEvent[] {
  const { key, attempt } = task;
  const progress = { current: 0, total: null, percent: null, message: 'not reported' };
  return [{ type: 'progress', key, attempt, progress }, skipped(task)];
}

function skipped({ key, attempt }: ReportedTaskRow): NextEvent {
  return { type: 'task-state', key, state: 'skipped', attempt };
}

function failed({ key, attempt }: ReportedTaskRow, error: RunError): NextEvent {
  return { type: 'task-state', key, state: 'failed', attempt: Math.max(1, attempt), error };
}
