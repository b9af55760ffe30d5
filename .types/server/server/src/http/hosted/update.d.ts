import type { UpdateRequest } from 'millrace/shared/wire/requests.js';
import { type HostedResponse } from './response.js';
import type { HostedCall } from './endpoint.js';
/** `POST /krixik-core-update`: changes a finished file's name, directory, tags, description or expiry. */
export declare function update(call: HostedCall<UpdateRequest>): Promise<HostedResponse>;
