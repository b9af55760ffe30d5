import { checkOptions } from '../options/issues.js';
import { checkIdCall, requestTable } from '../options/request-options.js';
import { NotFoundError } from '../errors/api-error.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { listFiles } from './list-files.js';
import { deleteOnce } from '../http/delete-once.js';
import { fileBody } from '../shared/wire/bodies.js';
import { throwIfUnfinished, type PipelineContext } from '../http/hosted-call.js';

const concurrency = 4;

/** Deletes a file in a pipeline, along with its output and search data. */
export async function deleteFile(context: PipelineContext, fileId: string, options: RequestOptions): Promise<void> {
  const id = checkIdCall(fileId, 'fileId', options, 'delete()');
  const what = `delete file ${id}`;
  const call = { what, path: '/krixik-core-delete', json: fileBody(context.name, id) };
  const response = await deleteOnce(context.connection, call, options);
  if (response) throwIfUnfinished(what, response);
}

/**
 * Deletes all files in a pipeline.
 *
 * @returns The number of deleted files, not counting any that other clients deleted concurrently.
 */
export async function resetPipeline(context: PipelineContext, options: RequestOptions): Promise<number> {
  checkOptions(options, requestTable, 'reset()');
  let deleted = 0;
  for (;;) {
    const { items } = await listFiles(context, { symbolicDirectoryPaths: ['/*'] }, options);
    const before = deleted;
    await forEachConcurrently(items, concurrency, async ({ fileId }) => {
      if (await deleteIfExists(context, fileId, options)) deleted++;
    });
    if (deleted === before) return deleted;
  }
}

async function deleteIfExists(context: PipelineContext, fileId: string, options: RequestOptions): Promise<boolean> {
  try {
    await deleteFile(context, fileId, options);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
