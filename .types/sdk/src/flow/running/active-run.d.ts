import type { RunRecord } from '../../shared/runs/run-record.js';
import type { Json } from '../../shared/types/json.js';
import type { LogLineLevel, ResumePoint } from '../../shared/runs/run-event.js';
import type { RunError } from '../../shared/runs/run-status.js';
import { Dependencies } from './dependencies.js';
import { EventStream, type EventBody } from './event-stream.js';
import { Failures } from './failures.js';
import { ProgressThrottle } from './progress-throttle.js';
import { type RunSinks } from './run-sinks.js';
export interface RunStart {
    readonly kind: 'pipeline' | 'flow' | 'task';
    readonly of: string;
    readonly version: string | null;
    readonly input: () => Json;
    readonly sinks: RunSinks;
    readonly grace: number;
    readonly parent?: ActiveRun | undefined;
    /** The saved state, if the run is resumed. */
    readonly saved?: ResumePoint | undefined;
}
/** A run in progress, which tracks and stops its task runs. */
export declare class ActiveRun {
    #private;
    readonly id: string;
    readonly name: string;
    readonly kind: RunStart['kind'];
    readonly of: string;
    readonly sinks: RunSinks;
    readonly grace: number;
    readonly parent: ActiveRun | undefined;
    readonly saved: ResumePoint | undefined;
    readonly events: EventStream;
    readonly dependencies: Dependencies;
    readonly failures: Failures;
    /** The progress that a flow reports outside its tasks. */
    readonly progress: ProgressThrottle;
    /** The input's fields, plus the fields that a pipeline's steps have returned so far. */
    data: Readonly<Record<string, unknown>>;
    constructor({ saved, kind, of, version, input, parent, sinks, grace }: RunStart);
    /** Aborted when the run must stop. */
    get signal(): AbortSignal;
    /** Whether the run was cancelled. False if the run is stopping because part of it failed. */
    get isCancelled(): boolean;
    get cancelReason(): string;
    get record(): RunRecord;
    get isOver(): boolean;
    /** Whether outputs must be stored because the run can be resumed later. */
    get keepsOutputs(): boolean;
    emit(body: EventBody): void;
    log(level: LogLineLevel, message: string, task: string | null): void;
    /**
     * Returns the stored state of the child run that a task run started in an earlier execution. Each child is returned only once.
     */
    savedChild(key: string): Promise<ResumePoint | undefined>;
    /** Returns the next key for a name: `clean-0`, then `clean-1`, and so on. */
    nextKey(name: string): string;
    nextIndex(): number;
    end(state: 'completed' | 'failed' | 'cancelled', rest: {
        result?: Json;
        error?: RunError;
    }): void;
    cancel(reason?: string): void;
    /** Aborts all work in progress. */
    stop(reason: unknown): void;
    /** Calls `stop` when the run must stop. @returns A function that removes the listener. */
    onStop(stop: (reason: unknown) => void): () => void;
    /** Delays the end of the run until this work has settled. The caller handles the outcome. */
    track<T>(work: Promise<T>): Promise<T>;
    /** Waits until no task is running. */
    waitForTasks(): Promise<void>;
}
