import type { LocalPipelineOptions, StepInfo } from './types/local-pipeline.js';
import type { LocalRun, RunOptions } from './types/local-run.js';
import type { AttemptOptions } from './types/task.js';
import { definition, type Definition } from './definition.js';
type Fields = Readonly<Record<string, unknown>>;
type Work = ((data: Fields) => unknown) | {
    readonly run: (data: Fields) => unknown;
};
interface Step extends StepInfo {
    readonly work: Work;
    readonly options: AttemptOptions;
}
/** Implements `LocalPipeline` without its type parameters, which change with each step. */
export declare class StepPipeline {
    #private;
    readonly name: string;
    readonly version: string | null;
    readonly steps: readonly StepInfo[];
    readonly [definition]: Definition<[Fields], Fields>;
    constructor(name: string, options: LocalPipelineOptions, steps: readonly Step[]);
    step(name: string, work: Work, version?: string, options?: AttemptOptions): StepPipeline;
    run(input: Fields, options?: RunOptions): Promise<Fields>;
    start(input: Fields, options?: RunOptions): LocalRun<Fields>;
}
export {};
