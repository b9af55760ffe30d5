import type { UpdateRequest } from 'millrace/shared/wire/requests.js';
import { EngineError } from '../../engine/engine-error.js';
import { updateFile } from '../../engine/hosted/update-file.js';
import { ok, hostedError, type HostedResponse } from './response.js';
import { assertMetadata } from './check-arguments.js';
import type { HostedCall } from './endpoint.js';
import { findRequestedFile, isUnfinished, notFinishedMessage } from './file-call.js';

/** `POST /krixik-core-update`: changes a finished file's name, directory, tags, description or expiry. */
export async function updateMetadata(call: HostedCall<UpdateRequest>): Promise<HostedResponse> {
  const { http, access, body, requestId } = call;
  const { pipeline } = body;
  const result = await findRequestedFile(call);
  if ('error' in result) return result.error;
  const { file } = result;
  if (isUnfinished(file)) {
    return ok({ pipeline, request_id: requestId, message: notFinishedMessage, warnings: [], code: 'not_finished' });
  }
  if (file.state === 'failed') {
    const message = `FAILURE: the run of file_id ${file.id} failed, so there is nothing to update`;
    return hostedError(400, { pipeline, requestId, fileId: file.id, message, code: 'run_failed' });
  }
  assertMetadata(body, http.limits);
  assertSameExtension(file.file_name, body.file_name);
  await updateFile(http.engine, access.account, file, {
    fileName: body.file_name ?? undefined,
    directory: body.symbolic_directory_path ?? undefined,
    tags: body.file_tags ?? undefined,
    description: body.file_description ?? undefined,
    expireSeconds: body.never_expires ? null : (body.expire_time ?? undefined),
  });
  return ok({ pipeline, request_id: requestId, message: 'Successfully updated file metadata', warnings: [] });
}

function assertSameExtension(oldName: string, newName: string | null | undefined): void {
  if (newName === null || newName === undefined) return;
  const [oldExtension, newExtension] = [oldName, newName].map((name) => /\.[^.]*$/.exec(name)?.[0].toLowerCase() ?? '');
  if (oldExtension !== newExtension) {
    throw new EngineError(
      'validation',
      `BAD REQUEST: Expected file_name to keep the extension '${oldExtension}', got '${newExtension}': an update cannot change a file's type`,
    );
  }
}
