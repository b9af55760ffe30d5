import type * as z from 'zod';
import type { keywordSearchRequest } from 'millrace/shared/wire/requests.js';
import type { HostedResponse } from './response.js';
import type { HostedCall } from './endpoint.js';
/** `POST /keyword-search`: returns every occurrence of the query's words in the selected files. */
export declare function keywordSearch(call: HostedCall<z.output<typeof keywordSearchRequest>>): Promise<HostedResponse>;
