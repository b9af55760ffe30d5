import type { PipelineContext } from '../http/hosted-call.js';
import type { StartedRun } from './start/start-run.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ModuleName } from '../shared/modules/module.js';
import type { ProcessEvent, ProcessResult, WaitOptions } from '../shared/types/process.js';
import type { RunHandle } from '../shared/types/run-handle.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import { VerboseLines } from '../wait/verbose-lines.js';
type Chain = readonly ModuleName[];
/** A handle to a hosted pipeline run. */
export declare class HostedRun<C extends Chain = Chain> implements RunHandle<C> {
    #private;
    readonly id: string;
    /** @param started The run, if this client started it; `undefined` if another process did. */
    constructor(context: PipelineContext, id: string, started?: StartedRun & {
        readonly callersKey: string | undefined;
    });
    get requestId(): string;
    get fileId(): string | undefined;
    status(options?: RequestOptions): Promise<RunStatus<C[number]>>;
    wait<Directory extends string | false = string>(options?: WaitOptions<C> & {
        localSaveDirectory?: Directory | undefined;
    }): Promise<ProcessResult<C, Directory>>;
    /** Waits until the run ends and fetches the output. The options are already validated. */
    follow(options: WaitOptions, lines: VerboseLines): Promise<ProcessResult<C, string | false>>;
    cancel(options?: RequestOptions): Promise<void>;
    [Symbol.asyncIterator](): AsyncGenerator<ProcessEvent<C>>;
}
export {};
