import type { RunEvent } from 'millrace/shared/runs/run-event.js';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
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

/** An event that the server numbers, and dates unless it has a time. */
export type NextEvent = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'run' | 'sequence' | 'at'> & { readonly at?: string }
    : never
  : never;

/** The state of a run before its next event. */
export interface ReportedSoFar {
  readonly run: Readonly<ReportedRunRow>;
  readonly tasks: readonly ReportedTaskRow[];
}

/**
 * Records the next events of a run, for a protocol whose messages have neither numbers nor times. Reopens a run whose heartbeat
 * timed out: in such a protocol, a running program may have nothing to report for a long time.
 *
 * @param next Returns the events, given the state of the run, or `undefined` when the message is about a task that the run does
 *   not have. Not called when the run has ended.
 * @returns False when the run or the task does not exist, or the run belongs to another program.
 */
export async function recordNextEvent(
  context: EngineContext,
  accountId: string,
  reporter: string,
  runId: string,
  next: (known: ReportedSoFar) => readonly NextEvent[] | undefined,
): Promise<boolean> {
  return context.db.tx(async (tx) => {
    const run = (await lockReportedRuns(tx, accountId, [runId])).get(runId);
    if (run?.reporter !== reporter) return false;
    const now = context.clock.now();
    await touchWorkerOfRun(tx, runId, now);
    const timedOut = hasTimedOut(run);
    if (isFinalState(run.state) && !timedOut) return true;
    const tasks = await readReportedTasks(tx, [{ runId }]);
    const revived = timedOut ? revive(run, tasks) : { run, tasks, events: [] };
    const given = next(revived);
    if (!given) return false;
    const events = [...revived.events, ...given].map((event, position): RunEvent => ({
      at: now.toISOString(),
      ...event,
      run: runId,
      sequence: run.reportedSequence + 1 + position,
    }));
    const folded = foldEvents(run, tasks, events, reporter, context.reporting.maxLogLines);
    if (folded) await saveFoldedRuns(context, tx, [folded], now);
    else await touchReportedRuns(tx, accountId, reporter, { ids: [runId] }, now);
    return true;
  });
}

/** Whether a run ended only because its heartbeat timed out. */
function hasTimedOut({ state, error }: Pick<ReportedRunRow, 'state' | 'error'>): boolean {
  return state === 'crashed' && error?.code === heartbeatTimeoutCode;
}

/** Reopens a run whose heartbeat timed out. @returns The run as it was before, and the events that restore that state. */
function revive(
  run: ReportedRunRow,
  tasks: readonly ReportedTaskRow[],
): ReportedSoFar & { readonly events: readonly NextEvent[] } {
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
      message: 'The run continues: it had been marked as crashed, but its program reported again',
      task: null,
    },
  ];
  return { run: { ...run, state: 'running', finishedAt: null, error: null }, tasks: before, events };
}

/** Returns the events that restore a task's state: when a run resumes, all tasks that had not completed become pending. */
function restoreState({ key, state, attempt, startedAt, finishedAt, error }: ReportedTaskRow): NextEvent[] {
  if (state !== 'running' && state !== 'failed') return [];
  const start: NextEvent[] =
    startedAt === null ? [] : [{ type: 'task-state', key, state: 'running', attempt, at: startedAt }];
  if (state === 'running') return start;
  const end = { ...(finishedAt !== null && { at: finishedAt }), ...(error && { error }) };
  return [...start, { type: 'task-state', key, state, attempt, ...end }];
}
