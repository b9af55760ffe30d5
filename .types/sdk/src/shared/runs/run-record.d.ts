import type { ResumePoint, RunEvent } from './run-event.js';
import type { RunStatus, TaskStatus } from './run-status.js';
type Event<Type extends RunEvent['type']> = Extract<RunEvent, {
    type: Type;
}>;
/**
 * The record of a run of your own functions, built from its events. Both the SDK and the server use this class.
 *
 * - An event is ignored unless its sequence number is greater than the last one, so duplicate events are harmless.
 * - Once a run has ended, it accepts only log lines. `run-resumed` reopens the run, unless it completed.
 * - Durations are never negative, and progress never decreases within an attempt, regardless of what the clocks and events
 *   report.
 */
export declare class RunRecord {
    #private;
    private constructor();
    /** Creates the record for a new run from its first event. */
    static open(first: Event<'run-created'>): RunRecord;
    /** Restores the record of a stored run. */
    static from(point: ResumePoint): RunRecord;
    /** @returns Whether the event was new. */
    apply(event: RunEvent): boolean;
    /** The sequence number of the last event. */
    get sequence(): number;
    get state(): RunStatus['state'];
    get isFinal(): boolean;
    task(key: string): Readonly<TaskStatus> | undefined;
    tasks(): IterableIterator<Readonly<TaskStatus>>;
    /** Returns a copy that later events do not change. */
    status(): RunStatus;
    resumePoint(): ResumePoint;
}
export {};
