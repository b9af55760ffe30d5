import { ConfigurationError } from '../errors/configuration-error.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { parseResponse, type ResponseSchema } from '../shared/wire/parse-response.js';
import type { Call, Caller, CallResponse } from './call.js';
import { deleteIdempotently } from './delete-idempotently.js';

type V1Schemas = typeof import('../shared/wire/v1-responses.js');
export type PickSchema<Output> = (v1: V1Schemas) => ResponseSchema<Output>;

/**
 * Sends a call to `/v1` and returns the parsed response.
 *
 * @param pick Picks the schema of the response.
 * @throws `ConfigurationError` if the server does not support `/v1`; `ApiError` if the server returns an error; `ResponseShapeError` if the
 * response does not match the schema.
 */
export async function callV1<Output>(
  connection: Caller,
  call: Call,
  options: RequestOptions,
  pick: PickSchema<Output>,
): Promise<Output> {
  await requireV1(connection, options);
  return (await requestV1(connection, call, options, pick)).output;
}

/**
 * Like {@link callV1}, but also returns the underlying response, and does not check that the server supports `/v1`.
 *
 * @throws `ApiError` if the server returns an error; `ResponseShapeError` if the response does not match the schema.
 */
export async function requestV1<Output>(
  connection: Caller,
  call: Call,
  options: RequestOptions,
  pick: PickSchema<Output>,
): Promise<{ readonly output: Output; readonly response: CallResponse }> {
  // the schemas load while the server handles the request
  const [response] = await Promise.all([connection.request(call, options), loadSchemas()]);
  return { output: await parseV1Response(response, call.action, pick), response };
}

/**
 * Parses a response from `/v1`.
 *
 * @param action The action, as a phrase that follows "Could not".
 * @throws `ResponseShapeError` if the response does not match the schema.
 */
export async function parseV1Response<Output>(
  { body }: Pick<CallResponse, 'body'>,
  action: string,
  pick: PickSchema<Output>,
): Promise<Output> {
  return parseResponse(pick(await loadSchemas()), body, action);
}

/**
 * Deletes a `/v1` resource.
 *
 * @throws `ConfigurationError` if the server does not support `/v1`; any error that {@link deleteIdempotently} throws.
 */
export async function deleteV1(
  connection: Caller,
  call: Pick<Call, 'action' | 'path'>,
  options: RequestOptions,
): Promise<void> {
  await requireV1(connection, options);
  await deleteIdempotently(connection, { ...call, method: 'DELETE' }, options);
}

/** @throws `ConfigurationError` if the server does not support `/v1`. */
export async function requireV1(connection: Caller, options: RequestOptions): Promise<void> {
  const { kind } = await connection.getServerInfo(options);
  if (kind === 'millrace') return;
  throw new ConfigurationError(
    `${new URL(connection.apiUrl).origin} supports only the hosted protocol, which cannot cancel runs and can find runs and files only through their pipeline.`,
  );
}

/** Loads the schemas on first use, so that importing this module does not load zod. */
function loadSchemas(): Promise<V1Schemas> {
  return import('../shared/wire/v1-responses.js');
}
