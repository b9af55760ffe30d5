import { NotFoundError } from '../errors/api-error.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { Call, Caller, CallResponse } from './call.js';
import { createApiError } from './create-api-error.js';

/**
 * Sends a call that deletes a resource. If the resource is not found but an earlier attempt may have deleted it, the call succeeds.
 *
 * @returns The response, or `undefined` if the resource was not found.
 * @throws `ApiError` if the server returns any other error.
 */
export async function deleteIdempotently(
  connection: Caller,
  call: Call,
  options: RequestOptions,
): Promise<CallResponse | undefined> {
  const response = await connection.send(call, options);
  if (response.status >= 200 && response.status < 300) return response;
  const error = createApiError(call.action, response);
  if (response.mayBeDuplicate && error instanceof NotFoundError) return undefined;
  throw error;
}
