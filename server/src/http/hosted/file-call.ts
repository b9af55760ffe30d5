import { findFile, type FileRow } from '../../store/tables/files/files.js';
import { refuse, type HostedResponse } from './response.js';
import { isId } from './check-arguments.js';
import type { HostedCall } from './endpoint.js';

/** Clients compare messages with this exact sentence, including its grammatical error. */
export const notFinished = 'The output for associated with your input file_id has not finished processing';

type FoundFile = { readonly file: FileRow } | { readonly refusal: HostedResponse };

/** Returns the file that a call refers to, or an error response. */
export async function findCallFile(call: HostedCall<{ pipeline: string; file_id: string }>): Promise<FoundFile> {
  const { http, access, body, requestId } = call;
  const { pipeline, file_id: fileId } = body;
  const file = isId(fileId) ? await findFile(http.engine.db, access, fileId, http.engine.clock.now()) : undefined;
  if (!file) {
    const message = `FAILURE: file_id ${fileId} was not found: it never existed, was deleted or has expired`;
    return { refusal: refuse(400, { pipeline, requestId, fileId, message, code: 'not_found' }) };
  }
  if (file.pipeline !== pipeline) {
    const message = `FAILURE: file_id ${fileId} does not belong to pipeline ${pipeline}`;
    return { refusal: refuse(400, { pipeline, requestId, fileId, message, code: 'wrong_pipeline' }) };
  }
  return { file };
}

export function isUnfinished(file: FileRow): boolean {
  return file.state === 'reserved' || file.state === 'processing';
}
