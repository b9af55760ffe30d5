import { NotFoundError } from '../errors/not-found-error.js';
import { refusal } from '../http/refusal.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { fileBody } from '../shared/wire/bodies.js';
import { checkIdCall } from '../options/check-id-call.js';
import { refuseUnfinished } from '../http/hosted-call.js';
import type { PipelineContext } from '../http/pipeline-context.js';

/** A file that is gone when the request is repeated was deleted by the first one, whose answer was lost. */
export async function deleteFile(context: PipelineContext, fileId: string, options: RequestOptions): Promise<void> {
  const id = checkIdCall(fileId, 'fileId', options, 'delete()');
  const what = `delete file ${id}`;
  const response = await context.connection.send(
    { what, path: '/krixik-core-delete', json: fileBody(context.name, id) },
    options,
  );
  refuseUnfinished(what, response);
  if (response.status >= 200 && response.status < 300) return;
  const failure = refusal(what, response);
  if (response.mayBeRepetition && failure instanceof NotFoundError) return;
  throw failure;
}
