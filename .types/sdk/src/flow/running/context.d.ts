import type { ActiveRun } from './active-run.js';
import type { ActiveTask } from './active-task.js';
/** The run and task in progress. Code in steps, tasks and flows can access both, even after an `await`. */
export interface Context {
    readonly run: ActiveRun;
    /** `null` in a flow's own code, outside its tasks. */
    readonly task: ActiveTask | null;
    readonly signal: AbortSignal;
}
/**
 * Returns the signal of the running step, task or flow. It is aborted when the run is cancelled or the timeout expires. Pass it
 * to every call that accepts a signal so that the work actually stops. Outside a run, the signal is never aborted.
 *
 * @example
 * ```ts
 * const response = await fetch(url, { signal: currentSignal() });
 * ```
 */
export declare function currentSignal(): AbortSignal;
export declare function currentContext(): Context | undefined;
/**
 * Returns the context that a call belongs to, or `undefined` if the call comes from a callback that outlived its run.
 *
 * @throws The signal's reason, if the call comes from work that was stopped and abandoned.
 */
export declare function enclosingContext(): Context | undefined;
export declare function runInContext<T>(context: Context, work: () => T): T;
