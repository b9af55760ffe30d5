import type { RequestOptions } from '../shared/types/client-options.js';
import type { Call, Caller, CallResponse } from './call.js';
/**
 * Sends a call that deletes something. If a retry finds nothing to delete, the call succeeds, because the first request deleted
 * it and only the response was lost.
 *
 * @throws `ApiError`
 */
export declare function deleteOnce(connection: Caller, call: Call, options: RequestOptions): Promise<CallResponse | undefined>;
