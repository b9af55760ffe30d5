import { ok, refuse, type HostedResponse } from './response.js';
import type { HostedCall } from './endpoint.js';
import { findCallFile, isUnfinished, notFinished } from './file-call.js';

/** `POST /krixik-core-fetch-output`: returns the download URL for a finished file's output. */
export async function fetchOutput(call: HostedCall<{ pipeline: string; file_id: string }>): Promise<HostedResponse> {
  const { http, body, requestId } = call;
  const found = await findCallFile(call);
  if ('refusal' in found) return found.refusal;
  const { file } = found;
  if (file.state === 'failed') {
    const message = `FAILURE: the run of file_id ${file.id} failed, so there is no output`;
    return refuse(400, { pipeline: body.pipeline, requestId, fileId: file.id, message, code: 'run_failed' });
  }
  const unfinished = isUnfinished(file);
  return ok({
    pipeline: body.pipeline,
    request_id: requestId,
    file_id: file.id,
    message: unfinished ? notFinished : `SUCCESS - output fetched for file_id ${file.id}.`,
    warnings: [],
    process_output: unfinished
      ? null
      : [{ url: http.presigner.downloadUrl(call.baseUrl, file.id), extension: file.output_extension }],
    ...(unfinished ? { code: 'not_finished' } : {}),
  });
}
