import { randomUUID } from 'node:crypto';
import { checkOptions } from '../options/issues.js';
import { toBeFunction } from '../options/option-rules.js';
import { checkIdAndOptions, pickRequestOptions, requestRules } from '../options/request-options.js';
import { NotFoundError } from '../errors/api-error.js';
import { forEachConcurrently } from '../shared/runtime/for-each-concurrently.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ResetOptions } from '../shared/types/pipeline.js';
import { listFiles } from './list-files.js';
import { deleteIdempotently } from '../http/delete-idempotently.js';
import { buildFileBody } from '../shared/wire/bodies.js';
import { callV1 } from '../http/call-v1.js';
import { throwIfUnfinished, type PipelineContext } from '../http/call-hosted.js';

const maxConcurrentDeletions = 4;

/** Deletes a file from a pipeline, along with its output and search data. */
export async function deleteFile(context: PipelineContext, fileId: string, options: RequestOptions): Promise<void> {
  const id = checkIdAndOptions(fileId, 'fileId', options, 'delete()');
  const action = `delete file ${id}`;
  const call = { action, path: '/krixik-core-delete', json: buildFileBody(context.name, id) };
  const response = await deleteIdempotently(context.connection, call, options);
  if (response) throwIfUnfinished(action, response);
}

/**
 * Deletes all finished files in a pipeline.
 *
 * @returns The number of deleted files, not counting any that other clients deleted concurrently.
 */
export async function resetPipeline(context: PipelineContext, options: ResetOptions): Promise<number> {
  checkOptions(options, { ...requestRules, onProgress: toBeFunction }, 'reset()');
  const requestOptions = pickRequestOptions(options);
  let deletedCount = 0;
  const addDeleted = (count: number): void => {
    deletedCount += count;
    if (count > 0) options.onProgress?.(deletedCount);
  };
  const isDone = await deleteInBulk(context, requestOptions, addDeleted);
  if (!isDone) await deleteOneByOne(context, requestOptions, addDeleted);
  return deletedCount;
}

/** Deletes many files per request. @returns False if the server can only delete files one by one. */
async function deleteInBulk(
  { connection, name }: PipelineContext,
  options: RequestOptions,
  addDeleted: (count: number) => void,
): Promise<boolean> {
  const { kind } = await connection.getServerInfo(options);
  if (kind === 'hosted') return false;
  const path = `/v1/files?pipeline=${encodeURIComponent(name)}`;
  const action = `delete the files in pipeline '${name}'`;
  try {
    for (let hasMore = true; hasMore;) {
      // with an idempotency key, the response to a retry also counts the files that an earlier attempt deleted
      const call = { action, method: 'DELETE', path, idempotencyKey: randomUUID() } as const;
      const { deleted, more } = await callV1(connection, call, options, (v1) => v1.deletedFilesResponse);
      addDeleted(deleted);
      hasMore = more;
    }
    return true;
  } catch (error) {
    // earlier versions of the server do not have this endpoint
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

async function deleteOneByOne(
  context: PipelineContext,
  options: RequestOptions,
  addDeleted: (count: number) => void,
): Promise<void> {
  for (let hasMore = true; hasMore;) {
    const { items } = await listFiles(context, { symbolicDirectoryPaths: ['/*'] }, options);
    hasMore = false;
    await forEachConcurrently(items, maxConcurrentDeletions, async ({ fileId }) => {
      if (!(await deleteIfExists(context, fileId, options))) return;
      hasMore = true;
      addDeleted(1);
    });
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
