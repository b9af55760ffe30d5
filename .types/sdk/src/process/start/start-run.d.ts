import type { PipelineContext } from '../../http/hosted-call.js';
import type { ProcessOptions } from '../../shared/types/process.js';
import type { FileSource } from './file-source.js';
/** A run whose file has been uploaded. The run continues even if this process exits. */
export interface StartedRun {
    readonly requestId: string;
    readonly fileId: string;
    readonly warnings: string[];
    /** The file's path or name as the caller specified it, for use in messages. */
    readonly label: string;
    readonly size: number | undefined;
}
/** Checks the file against the server's limits, reserves a place for it, and uploads it. */
export declare function startRun(context: PipelineContext, source: FileSource, options: ProcessOptions): Promise<StartedRun>;
