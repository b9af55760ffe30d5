import { type OptionTable } from '../options/option-table.js';
import type { PipelineContext } from '../http/hosted-call.js';
import { HostedRun } from './hosted-run.js';
import type { FileInput } from '../shared/types/file-input.js';
import type { ProcessOptions, ProcessResult, StartOptions } from '../shared/types/process.js';
import { VerboseLines } from '../wait/verbose-lines.js';
/** The rules for the `process()` options. */
export declare const processTable: OptionTable<keyof ProcessOptions>;
/** Uploads a file, then waits for the run and fetches the output, unless `waitForProcess` is `false`. */
export declare function processFile(context: PipelineContext, file: FileInput, options: ProcessOptions): Promise<ProcessResult | HostedRun>;
/** Uploads a file and returns its run. */
export declare function startFile(context: PipelineContext, file: FileInput, options: StartOptions): Promise<HostedRun>;
/**
 * Checks and uploads a file. Resolves once the upload is complete. The options are already validated.
 *
 * @param callersKey The idempotency key, if the caller chose it. The error of a failed run then says that the key is used up.
 */
export declare function startHostedRun(context: PipelineContext, file: FileInput, options: ProcessOptions, lines: VerboseLines, callersKey?: string): Promise<HostedRun>;
/** Checks the options that can be validated without the pipeline or server. @throws `ValidationError` */
export declare function checkProcessOptions(options: ProcessOptions): void;
