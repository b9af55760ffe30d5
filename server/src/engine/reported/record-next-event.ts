import type { RunEvent } from 'millrace/shared/runs/run-event.js';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { Access } from '../../store/tables/access.js';
import { touchWorkerOfRun } from '../../store/tables/program-workers.js';
import {
  lockReportedRuns,
  readReportedTasks,
  touchReportedRuns,
  type ReportedRunRow,
  type ReportedTaskRow,
} from '../../store/tables/reported-runs.js';
import type { EngineContext } from '../engine-context.js';
import { foldEvents } from './fold-events.js';
import { heartbeatTimeoutCode } from './heartbeat-timeout.js';
import { saveFoldedRuns } from './record-events.js';

/** An event without a sequence number, which the server assigns. The server also sets the time if it is missing. */
export type NextEvent = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'run' | 'sequence' | 'at'> & { readonly at?: string }
    : never
  : never;

/** A run and its tasks before the next event. */
export interface ReportedState {
  readonly run: Readonly<ReportedRunRow>;
  readonly tasks: readonly ReportedTaskRow[];
}

/**
 * Records a run's next events, for a protocol whose messages have neither sequence numbers nor times. Reopens a run whose
 * heartbeat timed out, because a program that uses such a protocol may run for a long time without anything to report.
 *
 * @param next Returns the events for the given run and tasks, or `undefined` if the message refers to a task that the run does
 *   not have. It is not called if the run has ended.
 * @returns False if the run or the task does not exist, or the run belongs to another program or key.
 */
export async function recordNextEvent(
  context: EngineContext,
  access: Access,
  reporter: string,
  runId: string,
  next: (known: ReportedState) => readonly NextEvent[] | undefined,
): Promise<boolean> {
  return context.db.tx(async (tx) => {
    const run = (await lockReportedRuns(tx, access, [runId])).get(runId);
    // every program has the same reporter, so it proves nothing
    if (run?.reporter !== reporter || !run.isOwn) return false;
    const now = context.clock.now();
    await touchWorkerOfRun(tx, runId, now);
    const timedOut = hasTimedOut(run);
    if (isFinalState(run.state) && !timedOut) return true;
    const tasks = await readReportedTasks(tx, [{ runId }]);
    const reopened = timedOut ? reopen(run, tasks) : { run, tasks, events: [] };
    const newEvents = next(reopened);
    if (!newEvents) return false;
    const events = [...reopened.events, ...newEvents].map((event, position): RunEvent => ({
      at: now.toISOString(),
      ...event,
      run: runId,
      sequence: run.reportedSequence + 1 + position,
    }));
    const folded = foldEvents(run, tasks, events, reporter, context.reporting.maxLogLines);
    if (folded) await saveFoldedRuns(context, tx, [folded], now);
    else await touchReportedRuns(tx, access, reporter, { ids: [runId] }, now);
    return true;
  });
}

/** Whether a run ended only because its heartbeat timed out. */
function hasTimedOut({ state, error }: Pick<ReportedRunRow, 'state' | 'error'>): boolean {
  return state === 'crashed' && error?.code === heartbeatTimeoutCode;
}

/**
 * Reopens a run whose heartbeat timed out.
 *
 * @returns The run's state before the timeout, and the events that restore that state.
 */
function reopen(
  run: ReportedRunRow,
  tasks: readonly ReportedTaskRow[],
): ReportedState & { readonly events: readonly NextEvent[] } {
  const before = tasks.map((task): ReportedTaskRow => {
    if (task.state === 'crashed') return { ...task, state: 'running', finishedAt: null, error: null };
    if (task.state === 'skipped') return { ...task, state: 'pending', finishedAt: null };
    return task;
  });
  const events: NextEvent[] = [
    { type: 'run-resumed' },
    { type: 'run-state', state: 'running' },
    ...before.flatMap(restoreState),
    {
      type: 'log',
      level: 'warning',
      message: 'The run was marked as crashed, but it continues because its program is reporting again',
      task: null,
    },
  ];
  return { run: { ...run, state: 'running', finishedAt: null, error: null }, tasks: before, events };
}

/** Returns the events that restore a task's state. They are needed because a resume resets every task that has not completed. */
function restoreState({ key, state, attempt, startedAt, finishedAt, error }: ReportedTaskRow): NextEvent[] {
  if (state !== 'running' && state !== 'failed') return [];
  const start: NextEvent[] =
    startedAt === null ? [] : [{ type: 'task-state', key, state: 'running', attempt, at: startedAt }];
  if (state === 'running') return start;
  const end = { ...(finishedAt !== null && { at: finishedAt }), ...(error && { error }) };
  return [...start, { type: 'task-state', key, state, attempt, ...end }];
}
