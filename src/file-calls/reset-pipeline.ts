import { checkOptions } from '../options/issues.js';
import { requestTable } from '../options/request-options.js';
import { NotFoundError } from '../errors/api-error.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { deleteFile } from './delete-file.js';
import { listFiles } from './list-files.js';
import type { PipelineContext } from '../http/hosted-call.js';

const concurrency = 4;

/** Lists and deletes until nothing is left to list. A file that someone else deletes meanwhile is not counted. */
export async function resetPipeline(context: PipelineContext, options: RequestOptions): Promise<number> {
  checkOptions(options, requestTable, 'reset()');
  let deleted = 0;
  for (;;) {
    const { items } = await listFiles(context, { symbolicDirectoryPaths: ['/*'] }, options);
    const before = deleted;
    await forEachConcurrently(items, concurrency, async ({ fileId }) => {
      if (await deleteIfThere(context, fileId, options)) deleted++;
    });
    if (deleted === before) return deleted;
  }
}

async function deleteIfThere(context: PipelineContext, fileId: string, options: RequestOptions): Promise<boolean> {
  try {
    await deleteFile(context, fileId, options);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
