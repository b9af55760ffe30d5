import { type FileRow } from '../../store/tables/files.js';
import { type HostedResponse } from './response.js';
import type { HostedCall } from './endpoint.js';
/** Clients compare messages with this exact sentence, including its grammatical error. */
export declare const notFinished = "The output for associated with your input file_id has not finished processing";
type FoundFile = {
    readonly file: FileRow;
} | {
    readonly refusal: HostedResponse;
};
/** Returns the file that a call refers to, or an error response. */
export declare function findCallFile(call: HostedCall<{
    pipeline: string;
    file_id: string;
}>): Promise<FoundFile>;
export declare function isUnfinished(file: FileRow): boolean;
export {};
