import { RunRecord } from '../../shared/runs/run-record.js';
import type { LogLineLevel, ResumePoint, RunEvent } from '../../shared/runs/run-event.js';
import type { RunStatus } from '../../shared/runs/run-status.js';
import { type RunSinks } from './run-sinks.js';
/** An event without the fields added by the stream. */
export type EventBody = BodyOf<RunEvent>;
/** The first event of a run. */
export type CreatedBody = BodyOf<Extract<RunEvent, {
    type: 'run-created';
}>>;
type BodyOf<Event> = Event extends RunEvent ? Omit<Event, 'run' | 'sequence' | 'at'> : never;
/** Numbers a run's events, applies them to its record, and passes them to readers, observers, stores and log sinks. */
export declare class EventStream {
    #private;
    readonly record: RunRecord;
    /**
     * @param begin The state of a resumed run, or the first event of a new run.
     * @param parent The parent run's stream. Both share one clock.
     */
    constructor(run: {
        readonly id: string;
    } & Pick<RunStatus, 'kind' | 'name'>, sinks: RunSinks, begin: ResumePoint | CreatedBody, parent: EventStream | undefined);
    /** Emits the first event. */
    begin(): void;
    emit(body: EventBody): void;
    log(level: LogLineLevel, message: string, task: string | null): void;
    /** Writes a line only to the log sinks, not to the run's log. */
    writeLine(level: LogLineLevel, message: string, task: string | null, source: string, at?: string): void;
    read(): AsyncGenerator<RunEvent, void, undefined>;
    /** Closes the stream for its readers. */
    end(): void;
    /** Waits until the stores have written all events so far. */
    waitUntilStored(): Promise<void> | undefined;
}
export {};
