import { type HostedResponse } from './response.js';
import type { HostedCall } from './endpoint.js';
/** `POST /krixik-core-delete`: deletes a file, its output, its search data and its run. */
export declare function deleteFile(call: HostedCall<{
    pipeline: string;
    file_id: string;
}>): Promise<HostedResponse>;
