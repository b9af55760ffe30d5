import type { ListRequest, showTreeRequest } from 'millrace/shared/wire/requests.js';
import type * as z from 'zod';
import type { HostedCall } from './endpoint.js';
import { type HostedResponse } from './response.js';
/** `POST /krixik-core-list`: lists the finished files that match the arguments. */
export declare function list({ http, account, body, requestId }: HostedCall<ListRequest>): Promise<HostedResponse>;
/** `POST /krixik-core-show-tree`: lists the symbolic paths of the files in a directory and its subdirectories. */
export declare function showTree(call: HostedCall<z.output<typeof showTreeRequest>>): Promise<HostedResponse>;
