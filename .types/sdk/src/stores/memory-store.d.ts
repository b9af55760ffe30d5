import type { RunStore } from '../shared/runs/run-observer.js';
/**
 * Creates a store that keeps runs and the outputs of their tasks in memory. `resume` can find the runs until the process exits.
 *
 * @param options `maxRuns`: the maximum number of runs, after which the oldest are removed. Default: 1000.
 * @example
 * ```ts
 * const store = memoryStore();
 * const run = clean.start({ raw: ' hola ' }, { store });
 * if ((await run.wait()).state === 'failed') await (await resume(run.id)).result();
 * ```
 */
export declare function memoryStore({ maxRuns }?: {
    maxRuns?: number | undefined;
}): RunStore;
