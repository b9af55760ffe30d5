import { type PipelineContext } from '../../http/hosted-call.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
/** The URLs of a finished file's outputs. A chain has one output. */
export interface OutputLocations {
    readonly exchangeId: string;
    readonly outputs: readonly {
        readonly url: string;
        readonly extension: string;
    }[];
    readonly warnings: string[];
}
/** Asks the server for the presigned URLs of a finished file's outputs. */
export declare function locateOutputs(context: PipelineContext, fileId: string, options: RequestOptions): Promise<OutputLocations>;
