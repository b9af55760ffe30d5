import type { Json } from '../shared/types/json.js';
import type { ActiveRun } from './running/active-run.js';
/** How to run a pipeline, flow or task, and how to record and restore its arguments. */
export interface Definition<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
    readonly kind: 'pipeline' | 'flow' | 'task';
    readonly name: string;
    readonly version: string | null;
    readonly isVerbose: boolean;
    /** Converts the arguments to the input stored in the run's record. */
    record(args: Args): Json;
    /** Converts a recorded input back to arguments when a run is resumed. */
    restore(input: Json): Args;
    /** Performs the run's work. */
    body(run: ActiveRun, args: Args): Promise<Result> | Result;
}
/** The internal key under which a pipeline, flow or task stores its definition for `resume`. */
export declare const definition: unique symbol;
export interface Defined<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
    readonly [definition]: Definition<Args, Result>;
}
/**
 * Returns a run's input for a call's arguments: `null` for no arguments, the argument itself if it is the only one and is not an
 * array, or else an array of all arguments.
 */
export declare function recordArguments(args: readonly unknown[]): Json;
/** @throws `TypeError` if an argument could not be stored as JSON. */
export declare function restoreArguments(input: Json): readonly unknown[];
