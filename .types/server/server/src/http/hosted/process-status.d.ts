import type * as z from 'zod';
import type { processStatusRequest } from 'millrace/shared/wire/requests.js';
import { type HostedResponse } from './response.js';
import type { HostedCall } from './endpoint.js';
/** `POST /krixik-core-process-status`: returns which modules of a run have finished, or which one failed. */
export declare function processStatus(call: HostedCall<z.output<typeof processStatusRequest>>): Promise<HostedResponse>;
