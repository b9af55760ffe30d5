import { findFile, type FileRow } from '../../store/tables/files/files.js';
import { hostedError, type HostedResponse } from './response.js';
import { isId } from './check-arguments.js';
import type { HostedCall } from './endpoint.js';

/** Clients recognize an unfinished file by this text, so its grammatical error must stay. */
export const notFinishedMessage = 'The output for associated with your input file_id has not finished processing';

type FileResult = { readonly file: FileRow } | { readonly error: HostedResponse };

/**
 * Finds the file that a call's `file_id` refers to. Returns an error response if the file does not exist, has expired, is not visible to
 * the API key, or belongs to another pipeline.
 */
export async function findRequestedFile(call: HostedCall<{ pipeline: string; file_id: string }>): Promise<FileResult> {
  const { http, access, body, requestId } = call;
  const { pipeline, file_id: fileId } = body;
  const file = isId(fileId) ? await findFile(http.engine.db, access, fileId, http.engine.clock.now()) : undefined;
  if (!file) {
    const message = `FAILURE: file_id ${fileId} was not found: it never existed, was deleted or has expired`;
    return { error: hostedError(400, { pipeline, requestId, fileId, message, code: 'not_found' }) };
  }
  if (file.pipeline !== pipeline) {
    const message = `FAILURE: file_id ${fileId} does not belong to pipeline ${pipeline}`;
    return { error: hostedError(400, { pipeline, requestId, fileId, message, code: 'wrong_pipeline' }) };
  }
  return { file };
}

/** Returns whether a file is waiting for its upload or being processed. */
export function isUnfinished(file: FileRow): boolean {
  return file.state === 'reserved' || file.state === 'processing';
}
