import { ok, hostedError, type HostedResponse } from './response.js';
import type { HostedCall } from './endpoint.js';
import { findRequestedFile, isUnfinished, notFinishedMessage } from './file-call.js';

/** `POST /krixik-core-fetch-output`: returns a presigned URL to download a finished file's output. */
export async function fetchOutput(call: HostedCall<{ pipeline: string; file_id: string }>): Promise<HostedResponse> {
  const { http, body, requestId } = call;
  const result = await findRequestedFile(call);
  if ('error' in result) return result.error;
  const { file } = result;
  if (file.state === 'failed') {
    const message = `FAILURE: the run of file_id ${file.id} failed, so there is no output`;
    return hostedError(400, { pipeline: body.pipeline, requestId, fileId: file.id, message, code: 'run_failed' });
  }
  const hasOutput = !isUnfinished(file);
  return ok({
    pipeline: body.pipeline,
    request_id: requestId,
    file_id: file.id,
    message: hasOutput ? `SUCCESS - output fetched for file_id ${file.id}.` : notFinishedMessage,
    warnings: [],
    process_output: hasOutput
      ? [{ url: http.presigner.createDownloadUrl(call.baseUrl, file.id), extension: file.output_extension }]
      : null,
    ...(hasOutput ? {} : { code: 'not_finished' }),
  });
}
