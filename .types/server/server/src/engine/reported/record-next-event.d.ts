import type { RunEvent } from 'millrace/shared/runs/run-event.js';
import { type ReportedRunRow, type ReportedTaskRow } from '../../store/tables/reported-runs.js';
import type { EngineContext } from '../engine-context.js';
/** An event without a sequence number, which the server assigns. The server also sets the time if it is missing. */
export type NextEvent = RunEvent extends infer Event ? Event extends RunEvent ? Omit<Event, 'run' | 'sequence' | 'at'> & {
    readonly at?: string;
} : never : never;
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
 * @returns False if the run or the task does not exist, or the run belongs to another program.
 */
export declare function recordNextEvent(context: EngineContext, accountId: string, reporter: string, runId: string, next: (known: ReportedState) => readonly NextEvent[] | undefined): Promise<boolean>;
