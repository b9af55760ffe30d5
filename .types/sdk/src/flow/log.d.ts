/** Formats the values like `console.log`. */
type LogCall = (...values: unknown[]) => void;
/** Writes lines to the log of the running step, task or flow. */
export interface Log extends LogCall {
    readonly debug: LogCall;
    readonly info: LogCall;
    readonly warning: LogCall;
    readonly error: LogCall;
}
/**
 * Writes a line to the log of the running step, task or flow. The line goes to the run's logger, to the server the run reports
 * to, and, if the run is `verbose`, to stderr. `log` is the same as `log.info`. Outside a run, it does nothing.
 *
 * @example
 * ```ts
 * log('read', pages.length, 'pages');
 * log.warning('page 3 is empty');
 * ```
 */
export declare const log: Log;
export {};
