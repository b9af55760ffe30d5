import { NotFoundError } from '../errors/api-error.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { Call, Caller, CallResponse } from './call.js';
import { createApiError } from './create-api-error.js';

/**
 * Sends a call that deletes something. If a retry finds nothing to delete, the call succeeds, because the first request deleted
 * it and only the response was lost.
 *
 * @throws `ApiError`
 */
export async function deleteOnce(
  connection: Caller,
  call: Call,
  options: RequestOptions,
): Promise<CallResponse | undefined> {
  const response = await connection.send(call, options);
  if (response.status >= 200 && response.status < 300) return response;
  const error = createApiError(call.what, response);
  if (response.mayBeDuplicate && error instanceof NotFoundError) return undefined;
  throw error;
}
