import type { Json } from '../types/json.js';
/** Limits for events and for requests that report them. Programs respect them, and servers enforce them. */
export declare const eventLimits: {
    /** Maximum number of events per request. */
    readonly events: 1000;
    /** Maximum size of a batched request, in bytes. A single larger event is still sent. */
    readonly requestBytes: number;
    /** Maximum number of task runs per run. */
    readonly tasks: 10000;
    /** Maximum number of runs per heartbeat. */
    readonly alive: 10000;
    /** Maximum length of a name, version or key. Longer values are truncated. */
    readonly name: 255;
    /** Maximum length of a log line or an error message. Longer text is truncated. */
    readonly message: 10000;
    /**
     * Maximum JSON length of a run's input or result, a step's output or progress data. Larger values are replaced by a
     * placeholder.
     */
    readonly json: number;
    /** Maximum nesting depth of the same JSON. */
    readonly depth: 90;
    /** Maximum number of pipelines per worker. */
    readonly pipelines: 200;
    /** Maximum number of steps per pipeline. */
    readonly steps: 1000;
};
/** Returns the placeholder for a value that is too large to report. A run cannot be resumed from a placeholder. */
export declare function leftOut(characters: number): Json;
/** Truncates a string that is too long, and ends it with an ellipsis. */
export declare function cutText(text: string, limit: number): string;
