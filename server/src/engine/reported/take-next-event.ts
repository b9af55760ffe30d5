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
import { isTakenForDead, revive } from './revive-run.js';
import { saveFoldedRuns } from './take-events.js';

/** A report whose number and time the server gives. */
export type NextEvent = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'run' | 'sequence' | 'at'> & { readonly at?: string }
    : never
  : never;

/** What is known of a run when its program says the next thing. */
export interface ReportedSoFar {
  readonly run: Readonly<ReportedRunRow>;
  readonly tasks: readonly ReportedTaskRow[];
}

/**
 * Records the next thing that a program says of its run, in a protocol that neither numbers nor dates what is said.
 * A run that was taken for dead goes on: its program may have been silent because it had nothing to say.
 *
 * @param next What it comes to, given what is known; nothing when it has no such thing as is spoken of.
 *   Not asked when the run has ended.
 * @returns False when there is no such thing, or the reporter has no such run.
 */
export async function takeNextEvent(
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
    const isDead = isTakenForDead(run);
    if (isFinalState(run.state) && !isDead) return true;
    const tasks = await readReportedTasks(tx, [{ runId }]);
    const revived = isDead ? revive(run, tasks) : { run, tasks, reports: [] };
    const given = next(revived);
    if (!given) return false;
    const reports = [...revived.reports, ...given].map((report, position): RunEvent => ({
      at: now.toISOString(),
      ...report,
      run: runId,
      sequence: run.reportedSequence + 1 + position,
    }));
    const folded = foldEvents(run, tasks, reports, reporter, context.reporting.maxLogLines);
    if (folded) await saveFoldedRuns(context, tx, [folded], now);
    else await touchReportedRuns(tx, accountId, reporter, { ids: [runId] }, now);
    return true;
  });
}
