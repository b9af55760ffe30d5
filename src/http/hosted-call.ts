import type { Call, CallResponse } from './connection.js';
import { refusal, saysUnfinished } from './refusal.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { PipelineContext } from './pipeline-context.js';

type Hosted = typeof import('../shared/wire/hosted-responses.js');

/**
 * One call of the hosted protocol, with its answer read by one of the protocol's schemas.
 *
 * @throws `ApiError` also for the refusals that come with status 200.
 */
export async function hostedCall<Output>(
  { connection }: PipelineContext,
  call: Call,
  options: RequestOptions,
  pick: (hosted: Hosted) => Parameters<typeof import('../shared/wire/read-response.js').readResponse<Output>>[0],
): Promise<Output> {
  const [response, hosted, { readResponse }] = await Promise.all([
    connection.ask(call, options),
    import('../shared/wire/hosted-responses.js'),
    import('../shared/wire/read-response.js'),
  ]);
  refuseUnfinished(call.what, response);
  return readResponse(pick(hosted), response.body, call.what);
}

/** A file that is still being processed is refused with status 200 and a fixed sentence. */
export function refuseUnfinished(what: string, response: CallResponse): void {
  if (saysUnfinished(response.body)) throw refusal(what, response);
}
