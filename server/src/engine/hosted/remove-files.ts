import { joinFilePath } from 'millrace/shared/rules/file-path.js';
import { recordChange } from '../../store/tables/audit.js';
import type { FileRow } from '../../store/tables/files.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { announce } from '../notify-run.js';
import { partialBlobName } from './resumable-upload.js';

/** The maximum number of files to remove in one transaction. A longer transaction would block others for too long. */
export const removalBatch = 100;

/** Distinguishes the names of partial blobs from the keys of blobs in the trash. */
export const partialPrefix = 'partial:';

/**
 * Deletes up to {@link removalBatch} files along with their runs, postings (by a trigger), blobs and partial uploads (via the trash). Requests
 * waiting for the runs are notified.
 *
 * @param where An SQL condition on `file`.
 * @param params The condition's parameters.
 * @param options `skipLocked` skips files locked by another transaction; a later sweep deletes them.
 * @returns The ids of the deleted files.
 */
export async function removeFiles(
  context: EngineContext,
  tx: Queryable,
  where: string,
  params: readonly unknown[],
  { skipLocked = false }: { skipLocked?: boolean } = {},
): Promise<string[]> {
  // lock the files first, so that the next statement sees any output recorded by a concurrent step
  const { rows: locked } = await tx.query<{ id: string; upload_length: number | null; upload_version: string | null }>(
    `select id, upload_length, upload_version from file where ${where} limit ${removalBatch} for update ${skipLocked ? 'skip locked' : ''}`,
    params,
  );
  if (locked.length === 0) return [];
  const partials = locked.flatMap(({ id, upload_length: length, upload_version: version }) =>
    length === null || version === null ? [] : [partialPrefix + partialBlobName(id, length, version)],
  );
  const { rows } = await tx.query<{ id: string }>(
    `with removed as (
       delete from file where id = any($1) returning id, input_blob, output_blob
     ), removed_runs as (
       select run.id, run.sequence from run join removed on run.file_id = removed.id
     ), blobs as (
       select input_blob as key from removed union select output_blob from removed
       union select output_blob from task_run join removed_runs on task_run.run_id = removed_runs.id
       union select snippets_blob from task_run join removed_runs on task_run.run_id = removed_runs.id
       union select unnest($3::text[])
     ), trashed as (
       insert into blob_trash (key, at) select key, $2 from blobs where key is not null on conflict do nothing
     ), announced as (
       select ${announce('id', 'sequence', 'gone')} from removed_runs
     )
     select removed.id, (select count(*) from announced) from removed`,
    [locked.map((file) => file.id), context.clock.now(), partials],
  );
  return rows.map((row) => row.id);
}

/**
 * Deletes a file in the same way as {@link removeFiles}, unless the file is being processed.
 *
 * @returns Whether the file was deleted.
 */
export async function removeIdleFile(context: EngineContext, accountId: string, file: FileRow): Promise<boolean> {
  const condition = "id = $1 and account_id = $2 and state <> 'processing'";
  return context.db.tx(async (tx) => {
    const removed = await removeFiles(context, tx, condition, [file.id, accountId]);
    if (removed.length === 0) return false;
    const name = joinFilePath(file.directory, file.file_name);
    const change = { action: 'file.delete', target: file.id, name, pipeline: file.pipeline } as const;
    await recordChange(tx, accountId, change, context.clock.now());
    return true;
  });
}
