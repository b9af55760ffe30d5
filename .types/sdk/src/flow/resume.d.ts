import type { LocalPipeline, Merge } from './types/local-pipeline.js';
import type { LocalRun, ResumeOptions } from './types/local-run.js';
import type { Flow, Task } from './types/task.js';
/**
 * Resumes a run that failed, was cancelled or crashed. Completed tasks and steps do not run again if their name and version are
 * unchanged. Their results come from the store. The run keeps its id.
 *
 * If the run has already completed, the handle returns the recorded result and nothing runs.
 *
 * @param options.of The run's pipeline, flow or task. Default: the one that this process started the run with.
 * @param options.store The store that contains the run. Default: the store that this process started the run with.
 * @throws `NotFoundError` if the store does not contain the run. `ValidationError` if the run is in progress, if `of` is not what
 * the run was started with, or if a value could not be stored as JSON. `ConfigurationError` if `of` or `store` is missing.
 * @example
 * ```ts
 * const store = directoryStore('./runs');
 * const run = await resume(id, { of: clean, store });
 * const { text } = await run.result();
 * ```
 */
export declare function resume<Input extends object, Added, KeepsInput extends boolean>(runId: string, options: ResumeOptions & {
    of: LocalPipeline<Input, Added, KeepsInput>;
}): Promise<LocalRun<KeepsInput extends true ? Merge<Input, Added> : Added>>;
export declare function resume<Args extends readonly unknown[], Result>(runId: string, options: ResumeOptions & {
    of: Task<Args, Result> | Flow<Args, Result>;
}): Promise<LocalRun<Result>>;
export declare function resume(runId: string, options?: ResumeOptions & {
    of?: undefined;
}): Promise<LocalRun>;
