import type { RunEvent } from 'millrace/shared/runs/run-event.js';
import type { TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { ReportedRunRow, ReportedTaskChange } from '../../store/tables/reported-runs.js';
import type { NewLogLine } from '../../store/tables/run-logs.js';
/** The result of applying a batch of events to a run. */
export interface FoldedRun {
    readonly run: ReportedRunRow;
    readonly tasks: readonly ReportedTaskChange[];
    readonly lines: readonly NewLogLine[];
    /** Whether these events ended the run. */
    readonly hasEnded: boolean;
}
/**
 * Applies a run's events in sequence order. Events up to the run's current sequence are duplicates and are ignored. Gaps are
 * allowed, because the program may have dropped events. Once a run has ended, it accepts only `log` and `run-resumed` events.
 *
 * @param tasks Must include every task whose key {@link tasksToFold} returns.
 * @param reporter The program that becomes the run's reporter if these events resume the run.
 * @returns `undefined` if there are no new events.
 */
export declare function foldEvents(before: ReportedRunRow, tasks: readonly TaskStatus[], events: readonly RunEvent[], reporter: string | null, maxLogLines: number): FoldedRun | undefined;
/** Returns the keys of the tasks needed to apply the events, or `undefined` if all tasks are needed. */
export declare function tasksToFold({ kind }: ReportedRunRow, events: readonly RunEvent[]): string[] | undefined;
