import { type HostedResponse } from './response.js';
import type { HostedCall } from './endpoint.js';
/** `POST /krixik-core-fetch-output`: returns the download URL for a finished file's output. */
export declare function fetchOutput(call: HostedCall<{
    pipeline: string;
    file_id: string;
}>): Promise<HostedResponse>;
