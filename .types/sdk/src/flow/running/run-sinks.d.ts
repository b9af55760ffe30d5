import type { RunOptions } from '../types/local-run.js';
import { type RunObserver, type RunStore } from '../../shared/runs/run-observer.js';
import type { LogLine } from '../../shared/runs/run-event.js';
interface SourcedLine extends Omit<LogLine, 'task'> {
    readonly run: string;
    readonly task: string | null;
    /** The line's source, such as `Flow run 'purple-dogfish'`. */
    readonly source: string;
}
/** The destinations of a run's events and log lines. Child runs also use their parent's sinks. */
export interface RunSinks {
    readonly observers: readonly RunObserver[];
    readonly stores: readonly RunStore[];
    readonly lines: readonly ((line: SourcedLine) => void)[];
    readonly isVerbose: boolean;
}
export declare function openSinks({ report, store, verbose, logger }: Pick<RunOptions, 'report' | 'store' | 'verbose' | 'logger'>, parent?: RunSinks): RunSinks;
/** Calls an observer or a logger. Ignores errors so that they do not break the run. */
export declare function callSink(call: () => unknown): void;
export {};
