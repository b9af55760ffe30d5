import type { PipelineContext } from '../../http/hosted-call.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
import type { FileInput } from '../../shared/types/file-input.js';
import type { ProcessOptions } from '../../shared/types/process.js';
import { type FileSource } from './file-source.js';
import { type ServerFacts } from './server-facts.js';
/**
 * Opens a file after running the checks that need no server. The option names are already validated.
 *
 * @throws `ValidationError`
 */
export declare function openChecked(context: PipelineContext, file: FileInput, options: ProcessOptions): Promise<FileSource>;
/**
 * Checks a call against the server's limits and modules. Also checks the file for content that the first module would reject.
 *
 * @throws `ValidationError`
 */
export declare function checkFile(context: PipelineContext, source: FileSource, options: ProcessOptions, { kind, limits, find }: ServerFacts): Promise<void>;
/** Runs the `process()` checks without uploading the file. The options are already validated. */
export declare function testInput(context: PipelineContext, file: FileInput, options: RequestOptions & {
    fileName?: string | undefined;
}): Promise<void>;
