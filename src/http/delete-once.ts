import { NotFoundError } from '../errors/api-error.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { Call, Caller, CallResponse } from './call.js';
import { refusal } from './refusal.js';

/**
 * Sends a call that deletes something. If a retry finds nothing to delete, the first request succeeded and only its response was
 * lost, which counts as success.
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
  const failure = refusal(call.what, response);
  if (response.mayBeRepetition && failure instanceof NotFoundError) return undefined;
  throw failure;
}
