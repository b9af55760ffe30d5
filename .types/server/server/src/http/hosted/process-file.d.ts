import type { ProcessRequest } from 'millrace/shared/wire/requests.js';
import type { HostedCall } from './endpoint.js';
import { type HostedResponse } from './response.js';
/**
 * `POST /krixik-core-process`: reserves a path for a file. If the request includes the content, the run starts. Otherwise, the
 * response contains an upload URL.
 */
export declare function processFile(call: HostedCall<ProcessRequest>): Promise<HostedResponse>;
