import { deleteOnce } from '../http/delete-once.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { fileBody } from '../shared/wire/bodies.js';
import { checkIdCall } from '../options/request-options.js';
import { refuseUnfinished, type PipelineContext } from '../http/hosted-call.js';

export async function deleteFile(context: PipelineContext, fileId: string, options: RequestOptions): Promise<void> {
  const id = checkIdCall(fileId, 'fileId', options, 'delete()');
  const what = `delete file ${id}`;
  const call = { what, path: '/krixik-core-delete', json: fileBody(context.name, id) };
  const response = await deleteOnce(context.connection, call, options);
  if (response) refuseUnfinished(what, response);
}
