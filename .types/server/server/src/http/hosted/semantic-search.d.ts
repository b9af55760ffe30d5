import type * as z from 'zod';
import type { semanticSearchRequest } from 'millrace/shared/wire/requests.js';
import type { HostedResponse } from './response.js';
import type { HostedCall } from './endpoint.js';
/** `POST /semantic-search`: returns each selected file's snippets that are closest in meaning to the query. */
export declare function semanticSearch(call: HostedCall<z.output<typeof semanticSearchRequest>>): Promise<HostedResponse>;
