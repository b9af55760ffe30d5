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
import { hasTimedOut, reopenTimedOut } from './reopen-timed-out.js';
import { saveFoldedRuns } from './record-events.js';

/** An event to which the server adds the run's id, the sequence number and, if missing, the time. */
export type NextEvent = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'run' | 'sequence' | 'at'> & { readonly at?: string }
    : never
  : never;

/** A run and its tasks before the new events. */
export interface ReportedState {
  readonly run: Readonly<ReportedRunRow>;
  readonly tasks: readonly ReportedTaskRow[];
}

/**
 * Records a run's next events, for protocols like wpipe, whose messages have neither sequence numbers nor times. Reopens a run whose
 * heartbeat timed out, because a wpipe program can run for a long time without reporting anything.
 *
 * @param createEvents Returns the events for the given run and tasks, or `undefined` if the message refers to a task that the run does not
 * have. Not called if the run has ended, unless its heartbeat timed out.
 * @returns False if the run or the task does not exist, if the run is not visible or has another reporter, or if the request's key may not
 * change the run.
 */
export async function recordNextEvents(
  context: EngineContext,
  access: Access,
  reporter: string,
  runId: string,
  createEvents: (state: ReportedState) => readonly NextEvent[] | undefined,
): Promise<boolean> {
  return context.db.tx(async (tx) => {
    const run = (await lockReportedRuns(tx, access, [runId])).get(runId);
    // also check the key, because all wpipe programs share one reporter id
    if (run?.reporter !== reporter || !run.canChange) return false;
    const now = context.clock.now();
    await touchWorkerOfRun(tx, runId, now);
    const isTimedOut = hasTimedOut(run);
    if (isFinalState(run.state) && !isTimedOut) return true;
    const tasks = await readReportedTasks(tx, [{ runId }]);
    const newEvents = createEvents(isTimedOut ? reopenTimedOut(run, tasks) : { run, tasks });
    if (!newEvents) return false;
    const events = newEvents.map((event, i): RunEvent => ({
      at: now.toISOString(),
      ...event,
      run: runId,
      sequence: run.reportedSequence + 1 + i,
    }));
    const folded = foldEvents(run, tasks, events, reporter, context.reporting.maxLogLines, now);
    if (folded) await saveFoldedRuns(context, tx, [folded], now);
    else await touchReportedRuns(tx, access, reporter, { ids: [runId] }, now);
    return true;
  });
}
