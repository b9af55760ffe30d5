import type { RunStore } from '../shared/runs/run-observer.js';
/**
 * Creates a store that keeps runs and the outputs of their tasks in a directory. Any process on the machine can `resume` them,
 * even after a crash or a power failure. Only one process at a time may resume a run.
 *
 * @param path The directory, created when the first run starts. Only the owner can read the files.
 * @param options `maxRuns`: the maximum number of runs, after which the least recently written ones are removed. Default: 1000.
 * @example
 * ```ts
 * const store = directoryStore('./runs');
 * await clean.run({ raw: ' hola ' }, { store });
 * ```
 */
export declare function directoryStore(path: string, { maxRuns }?: {
    maxRuns?: number | undefined;
}): RunStore;
