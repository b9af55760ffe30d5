import { removeIdleFile } from '../../engine/hosted/remove-files.js';
import { ok, type HostedResponse } from './response.js';
import type { HostedCall } from './endpoint.js';
import { findRequestedFile, notFinishedMessage } from './file-call.js';

/** `POST /krixik-core-delete`: deletes a file with its run and all its data, unless the file is being processed. */
export async function deleteFile(call: HostedCall<{ pipeline: string; file_id: string }>): Promise<HostedResponse> {
  const { http, access, body, requestId } = call;
  const { pipeline } = body;
  const result = await findRequestedFile(call);
  if ('error' in result) return result.error;
  const { file } = result;
  if (!(await removeIdleFile(http.engine, access.account, file))) {
    // the file is still being processed, or another request has just deleted it
    const current = await findRequestedFile(call);
    if ('error' in current) return current.error;
    return ok({ pipeline, request_id: requestId, message: notFinishedMessage, warnings: [], code: 'not_finished' });
  }
  return ok({ pipeline, request_id: requestId, message: `Successfully deleted file_id: ${file.id}`, warnings: [] });
}
