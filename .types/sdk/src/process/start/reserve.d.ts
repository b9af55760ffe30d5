import { type PipelineContext } from '../../http/hosted-call.js';
import type { ProcessOptions } from '../../shared/types/process.js';
import type { ProcessResponse } from '../../shared/wire/hosted-responses.js';
import type { FileSource } from './file-source.js';
import type { ServerFacts } from './server-facts.js';
/** A run that the server has accepted, with the upload target for its file. */
export interface Reservation extends ProcessResponse {
    readonly fileName: string;
    /** A small file's content. If there is no `form`, the server already has the content. */
    readonly content: Buffer | undefined;
}
/** Reserves a place for a file and its run. Includes a small file's content in the request if the server accepts that. */
export declare function reserve(context: PipelineContext, source: FileSource, facts: ServerFacts, options: ProcessOptions, idempotencyKey: string): Promise<Reservation>;
