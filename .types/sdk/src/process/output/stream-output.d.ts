import type { PipelineContext } from '../../http/hosted-call.js';
import type { OutputStream, StreamOutputOptions } from '../../shared/types/process.js';
/** Opens a finished file's output as a stream. The arguments are already validated. */
export declare function streamOutput(context: PipelineContext, fileId: string, options: StreamOutputOptions): Promise<OutputStream>;
