import { ResponseShapeError } from '../../errors/response-error.js';
import { callHosted, type PipelineContext } from '../../http/call-hosted.js';
import { pickRequestOptions } from '../../options/request-options.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
import { toRunWarnings, type RunWarning } from '../../shared/runs/run-warning.js';
import { buildFileBody } from '../../shared/wire/bodies.js';

/** The URLs of a finished file's outputs. Usually, a file has only one output. */
export interface OutputLocations {
  /** The server's id for the request that returned the URLs. */
  readonly exchangeId: string;
  readonly outputs: readonly { readonly url: string; readonly extension: string }[];
  readonly warnings: RunWarning[];
}

/** Requests the presigned URLs of a finished file's outputs. */
export async function locateOutputs(
  context: PipelineContext,
  fileId: string,
  options: RequestOptions,
): Promise<OutputLocations> {
  const action = `fetch the output of file ${fileId}`;
  const { requestId, outputs, warnings } = await callHosted(
    context,
    { action, path: '/krixik-core-fetch-output', json: buildFileBody(context.name, fileId) },
    pickRequestOptions(options),
    (hosted) => hosted.fetchOutputResponse,
  );
  if (outputs) return { exchangeId: requestId, outputs, warnings: toRunWarnings(warnings) };
  throw new ResponseShapeError(`Could not ${action}: the server sent neither an output nor an error.`, undefined, {
    exchangeId: requestId,
  });
}
