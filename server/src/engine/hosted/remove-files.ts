import { joinFilePath, splitFilePath } from 'millrace/shared/rules/files/file-path.js';
import { foldName } from 'millrace/shared/rules/files/fold-name.js';
import { recordAuditEntry, recordFileDeletions } from '../../store/tables/audit.js';
import type { FileRow } from '../../store/tables/files/files.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { idempotencyKeyReused } from '../engine-error.js';
import { notifyRunDeletedSql } from '../notify-run.js';
import { partialBlobName } from './resumable-upload.js';

/** The maximum number of files to remove in one transaction. Removing more would block other transactions for too long. */
export const removalBatchSize = 100;

type RemovedFile = Pick<FileRow, 'id' | 'directory' | 'file_name'>;
type ReplacedFile = RemovedFile & Pick<FileRow, 'pipeline'> & { readonly account_id: string };

/** The prefix that distinguishes partial blobs from other blobs in the trash. */
export const partialPrefix = 'partial:';

/**
 * Deletes up to {@link removalBatchSize} files with their runs and their entries in the search index. Moves the files' blobs and partial
 * uploads to the trash, and notifies requests that are waiting for the runs.
 *
 * @param where An SQL condition on `file`, optionally followed by an `order by` clause.
 * @param params The condition's parameters.
 * @param options `skipLocked` skips files that another transaction has locked, instead of waiting for them.
 * @returns The deleted files.
 */
export async function removeFiles(
  context: EngineContext,
  tx: Queryable,
  where: string,
  params: readonly unknown[],
  { skipLocked = false }: { skipLocked?: boolean } = {},
): Promise<RemovedFile[]> {
  // lock the files first, so that the next statement sees any output recorded by a concurrent step
  const { rows: locked } = await tx.query<{ id: string; upload_length: number | null; upload_version: string | null }>(
    `select id, upload_length, upload_version from file where ${where} limit ${removalBatchSize} for update ${skipLocked ? 'skip locked' : ''}`,
    params,
  );
  if (locked.length === 0) return [];
  const partialKeys = locked.flatMap(({ id, upload_length: length, upload_version: version }) =>
    length === null || version === null ? [] : [partialPrefix + partialBlobName(id, length, version)],
  );
  const { rows } = await tx.query<RemovedFile>(
    `with removed as (
       delete from file where id = any($1) returning id, directory, file_name, input_blob, output_blob
     ), removed_runs as (
       select run.id, run.sequence, run.account_id, run.of, run.batch_id, run.finished_at
       from run join removed on run.file_id = removed.id
     ), blobs as (
       select input_blob as key from removed union select output_blob from removed
       union select output_blob from task_run join removed_runs on task_run.run_id = removed_runs.id
       union select snippets_blob from task_run join removed_runs on task_run.run_id = removed_runs.id
       union select unnest($3::text[])
     ), trashed as (
       insert into blob_trash (key, at) select key, $2 from blobs where key is not null on conflict do nothing
     ), notified as (
       select ${notifyRunDeletedSql()} from removed_runs
     )
     select removed.id, directory, file_name, (select count(*) from notified) from removed`,
    [locked.map((file) => file.id), context.clock.now(), partialKeys],
  );
  return rows;
}

/**
 * Deletes the files that the given files replace, at most {@link removalBatchSize}, and records the deletions in the audit log. Keeps a
 * file that is no longer at the same path as its replacement.
 */
export async function removeReplacedFiles(
  context: EngineContext,
  tx: Queryable,
  fileIds: readonly string[],
): Promise<void> {
  const { rows } = await tx.query<ReplacedFile>(
    `select earlier.id, earlier.account_id, earlier.pipeline, earlier.directory, earlier.file_name
     from file join file earlier on earlier.id = file.replaces_id and earlier.account_id = file.account_id
       and earlier.directory_key = file.directory_key and earlier.name_key = file.name_key
     where file.id = any($1)
     -- if another transaction is moving the earlier file, wait for that transaction, then check the new path
     order by earlier.id for update of earlier`,
    [fileIds],
  );
  if (rows.length === 0) return;
  await removeFiles(context, tx, 'id = any($1)', [rows.map(({ id }) => id)]);
  const now = context.clock.now();
  for (const { id, account_id: accountId, pipeline, directory, file_name: name } of rows) {
    await recordFileDeletions(tx, accountId, pipeline, [{ id, path: joinFilePath(directory, name) }], now);
  }
}

/** The maximum number of transactions per request. */
const maxBatchesPerRequest = 10;
/** The time after which a request starts no more transactions, in milliseconds. */
const timeBudgetMs = 5000;

/**
 * Deletes a pipeline's finished files in batches. Each batch has its own transaction, which also records the deletions in the audit log.
 * Stops when no finished file is left, the request reaches a limit, or `signal` is aborted.
 *
 * @param key The idempotency key, if the request has one. Retries use the same key.
 * @returns The number of files that this request and earlier requests with the key have deleted, and whether more files may be left.
 * @throws `EngineError` `conflict` if the key was used for a different request.
 */
export async function removeFinishedFiles(
  context: EngineContext,
  accountId: string,
  pipeline: string,
  key: string | undefined,
  signal: AbortSignal,
): Promise<{ deleted: number; more: boolean }> {
  const condition = "account_id = $1 and pipeline = $2 and state = 'ready' and expires_at > $3";
  const deadline = performance.now() + timeBudgetMs;
  let deleted = 0;
  for (let batch = 0; batch < maxBatchesPerRequest; batch++) {
    const { removed, total } = await context.db.tx(async (tx) => {
      const now = context.clock.now();
      const files = await removeFiles(context, tx, condition, [accountId, pipeline, now]);
      const deletedFiles = files.map((file) => ({ id: file.id, path: joinFilePath(file.directory, file.file_name) }));
      await recordFileDeletions(tx, accountId, pipeline, deletedFiles, now);
      const count = files.length;
      return {
        removed: count,
        total: key === undefined ? deleted + count : await addToRemovedTotal(tx, accountId, pipeline, key, count, now),
      };
    });
    deleted = total;
    if (removed < removalBatchSize) return { deleted, more: false };
    if (signal.aborted || performance.now() >= deadline) break;
  }
  return { deleted, more: true };
}

/**
 * Adds to an idempotency key's total of removed files. Must run in the transaction that removes the files, so that each file is counted
 * once.
 *
 * @returns The new total.
 * @throws `EngineError` `conflict` if the key was used for a different request.
 */
async function addToRemovedTotal(
  tx: Queryable,
  accountId: string,
  pipeline: string,
  key: string,
  removed: number,
  now: Date,
): Promise<number> {
  const { rows } = await tx.query<{ total: number }>(
    `insert into idempotency (account_id, key, request_hash, response, created_at)
     values ($1, $2, $3, jsonb_build_object('deleted', $4::int), $5)
     on conflict (account_id, key) do update set
       response = jsonb_build_object('deleted', (idempotency.response ->> 'deleted')::int + $4::int), created_at = excluded.created_at
       where idempotency.request_hash = excluded.request_hash
     returning (response ->> 'deleted')::int as total`,
    [accountId, key, `delete ${pipeline}`, removed, now],
  );
  if (!rows[0]) throw idempotencyKeyReused();
  return rows[0].total;
}

/**
 * Deletes a file, and records the deletion in the audit log. Does nothing if the file is being processed or is no longer at `path`.
 *
 * @param path The symbolic path that the file must have. @default any path
 * @returns Whether the file was deleted.
 */
export async function removeIdleFile(
  context: EngineContext,
  accountId: string,
  file: FileRow,
  path?: string,
): Promise<boolean> {
  const idleCondition = "id = $1 and account_id = $2 and state <> 'processing'";
  const where = path === undefined ? idleCondition : `${idleCondition} and directory_key = $3 and name_key = $4`;
  const { directory, fileName } = splitFilePath(path ?? '');
  const params = [file.id, accountId, ...(path === undefined ? [] : [directory, fileName].map(foldName))];
  return context.db.tx(async (tx) => {
    const removed = await removeFiles(context, tx, where, params);
    if (removed.length === 0) return false;
    const name = joinFilePath(file.directory, file.file_name);
    const change = { action: 'file.delete', target: file.id, name, pipeline: file.pipeline } as const;
    await recordAuditEntry(tx, accountId, change, context.clock.now());
    return true;
  });
}
