import { describeEnd } from 'millrace/shared/runs/log-line.js';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type * as z from 'zod';
import { recordNextEvents, type NextEvent } from '../../engine/reported/record-next-events.js';
import { wpipeReporter, type ReportedTaskRow } from '../../store/tables/reported-runs.js';
import { countUnmatchedEvent } from '../../store/tables/account-counters.js';
import type { taskBody } from './bodies.js';
import type { WpipeCall } from './endpoint.js';
import { parseTaskId } from './ids.js';
import { parseDetails } from './parse-details.js';

type Update = z.output<typeof taskBody>;

/**
 * `POST /actualizar_task`: records the start or end of a step. Ignores the update if the run has ended, unless its heartbeat timed out.
 *
 * If the id does not identify a task that the request's key may change, only increments the account's count of unmatched events. The
 * response has status 200 in this case too, because clients treat a rejected update as a failed step.
 */
export async function updateTask({ http, access, body }: WpipeCall<Update>) {
  const { engine } = http;
  const id = parseTaskId(body.task_id);
  const wasFound =
    id !== undefined &&
    (await recordNextEvents(engine, access, wpipeReporter, id.runId, ({ tasks }) => {
      const task = tasks.find(({ index }) => index === id.index);
      return task && toEvents(task, body);
    }));
  if (!wasFound) await countUnmatchedEvent(engine.db, access.account);
  return { status: 'ok' };
}

function toEvents(task: ReportedTaskRow, { status, details }: Update): NextEvent[] {
  if (status === 'start') return createStartEvents(task);
  const { key } = task;
  const attempt = Math.max(1, task.attempt);
  if (status === 'success') {
    if (task.state === 'completed') return [];
    return [
      { type: 'task-state', key, state: 'completed', attempt },
      { type: 'log', level: 'info', message: `Finished in state ${describeEnd('completed')}`, task: key },
    ];
  }
  const { error } = parseDetails(details);
  return [
    { type: 'task-state', key, state: 'failed', attempt, error },
    { type: 'log', level: 'error', message: `Finished in state ${describeEnd('failed', error.message)}`, task: key },
  ];
}

/**
 * Returns the events for the start of a step, or no events if the step is already running. If the step has ended, the start begins a new
 * attempt: a retry, or another iteration of a loop.
 */
function createStartEvents({ key, name, version, index, after, state, attempt }: ReportedTaskRow): NextEvent[] {
  if (state === 'running') return [];
  return [
    ...(isFinalState(state) ? [{ type: 'task-created', key, name, version, index, after } as const] : []),
    { type: 'task-state', key, state: 'running', attempt: attempt + 1 },
    { type: 'log', level: 'info', message: `Created task run '${key}' for task '${name}'`, task: null },
  ];
}
