import type { Call, CallResponse } from './call.js';
import type { Connection } from './connection.js';
import { createApiError, isUnfinishedResponse } from './create-api-error.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { parseResponse, type ResponseSchema } from '../shared/wire/parse-response.js';

/** A hosted pipeline and the connection to its server. */
export interface PipelineContext {
  readonly connection: Connection;
  readonly name: string;
  readonly chain: readonly string[];
  /** The default for the `keepInput` option. @default the server's default */
  readonly keepInput?: boolean | undefined;
}

type HostedSchemas = typeof import('../shared/wire/hosted-responses.js');

/**
 * Sends a call in the hosted protocol and returns the parsed response.
 *
 * @param pick Picks the schema of the response.
 * @throws `ApiError` if the server returns an error, or if the file is still being processed; `ResponseShapeError` if the response does
 * not match the schema.
 */
export async function callHosted<Output>(
  { connection }: PipelineContext,
  call: Call,
  options: RequestOptions,
  pick: (schemas: HostedSchemas) => ResponseSchema<Output>,
): Promise<Output> {
  const [response, schemas] = await Promise.all([
    connection.request(call, options),
    import('../shared/wire/hosted-responses.js'),
  ]);
  throwIfUnfinished(call.action, response);
  return parseResponse(pick(schemas), response.body, call.action);
}

/** @throws `NotFinishedError` if the file is still being processed. The hosted protocol reports this with status 200. */
export function throwIfUnfinished(action: string, response: CallResponse): void {
  if (isUnfinishedResponse(response.body)) throw createApiError(action, response);
}
