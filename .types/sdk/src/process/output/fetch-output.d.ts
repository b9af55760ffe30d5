import type { PipelineContext } from '../../http/hosted-call.js';
import type { ModuleName } from '../../shared/modules/module.js';
import type { FetchOutputOptions, ProcessResult } from '../../shared/types/process.js';
import type { InlineOutput } from '../../wait/read-run.js';
/** What is known about a run before its output is fetched. */
interface CompletedRun {
    readonly id: string;
    /** The output, if it was sent with the run's record. If it is corrupt, the output is downloaded instead. */
    readonly output: InlineOutput | undefined;
}
type Result = ProcessResult<readonly ModuleName[], string | false>;
/**
 * Fetches a finished file's output, to `<localSaveDirectory>/<fileId><extension>` or into memory. The arguments are already
 * validated.
 */
export declare function fetchOutput(context: PipelineContext, fileId: string, options: FetchOutputOptions, run?: CompletedRun): Promise<Result>;
export {};
