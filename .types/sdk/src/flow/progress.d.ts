/**
 * Reports the progress of the running step, task or flow. Emits at most 4 events per second, and always emits the last one.
 * Outside a run, it does nothing. Invalid numbers, such as `NaN`, are ignored.
 *
 * @param current The amount done so far. The recorded progress never decreases within an attempt.
 * @param total The total amount. Omit it if unknown. Progress reaches 100 % when the work returns.
 * @param data Additional data for the run's record.
 * @example
 * ```ts
 * for (const [i, page] of pages.entries()) {
 *   await read(page);
 *   progress(i + 1, pages.length, page.title);
 * }
 * ```
 */
export declare function progress(current: number, total?: number | null, message?: string, data?: unknown): void;
