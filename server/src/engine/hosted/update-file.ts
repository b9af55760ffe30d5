import { joinFilePath } from 'millrace/shared/rules/files/file-path.js';
import { foldName } from 'millrace/shared/rules/files/fold-name.js';
import { createTagKeys, type Tag } from '../../store/tables/files/match-keys.js';
import { recordAuditEntry } from '../../store/tables/audit.js';
import type { Queryable } from '../../store/db/db.js';
import { createExpiryParam, type FileRow } from '../../store/tables/files/files.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';
import { deleteExpiredFilesAtPath } from './delete-expired-files.js';

/** The new metadata. An undefined field is unchanged. */
interface FileUpdate {
  readonly fileName: string | undefined;
  readonly directory: string | undefined;
  /** The new tags, which replace all existing tags. */
  readonly tags: readonly Tag[] | undefined;
  readonly description: string | undefined;
  /** How long from now to keep the file, in seconds, or `null` if it never expires. */
  readonly expireSeconds: number | null | undefined;
}

const uniqueViolation = '23505';

/**
 * Updates a finished file's metadata.
 *
 * @throws `EngineError` `not_found` if the file was deleted, has expired or is not finished; `already_exists` if another file in the
 * pipeline has the new path, or if an unfinished file with the new path will replace another file.
 */
export async function updateFile(
  context: EngineContext,
  accountId: string,
  file: FileRow,
  update: FileUpdate,
): Promise<void> {
  const now = context.clock.now();
  const { fileName, directory, tags, description, expireSeconds } = update;
  const mapDefined = <T, R>(value: T | undefined, map: (value: T) => R): R | null =>
    value === undefined ? null : map(value);
  try {
    // use `coalesce` to keep omitted fields, because writing their values from `file` could undo a concurrent update
    const updatedCount = await context.db.tx(async (tx) => {
      if (fileName !== undefined || directory !== undefined) {
        await deleteExpiredFilesAtPath(context, tx, accountId, file, update);
        await assertNoPendingReplacement(tx, accountId, file, update);
      }
      const { affected } = await tx.query(
        `with updated as (
         update file set file_name = coalesce($3, file_name), name_key = coalesce($4, name_key),
           directory = coalesce($5, directory), directory_key = coalesce($6, directory_key),
           tags = coalesce($7, tags), tag_keys = coalesce($8, tag_keys), description = coalesce($9, description),
           expires_at = coalesce($10, expires_at), updated_at = $11
         where id = $1 and account_id = $2 and state = 'ready' and expires_at > $11
         returning id, account_id, pipeline, tag_keys, created_at
       ), renamed as (
         update run set file_name = $3 from updated where $3::text is not null and run.file_id = updated.id
       ), wanted as (
         select id as file_id, tag_digest(account_id, pipeline, key) as tag, created_at
         from updated, jsonb_array_elements_text(tag_keys) as tag (key) where $8::jsonb is not null
       ), untagged as (
         delete from file_tag where $8::jsonb is not null and file_id in (select id from updated)
           and tag not in (select tag from wanted)
       ), tagged as (
         insert into file_tag (file_id, tag, created_at) select file_id, tag, created_at from wanted on conflict do nothing
       )
       select from updated`,
        [
          file.id,
          accountId,
          fileName ?? null,
          mapDefined(fileName, foldName),
          directory ?? null,
          mapDefined(directory, foldName),
          mapDefined(tags, (value) => JSON.stringify(value)),
          mapDefined(tags, (value) => JSON.stringify(createTagKeys(value))),
          description ?? null,
          mapDefined(expireSeconds, (seconds) => createExpiryParam(now, seconds)),
          now,
        ],
      );
      if (affected > 0) await recordUpdate(tx, accountId, file, update, now);
      return affected;
    });
    if (updatedCount === 0)
      throw new EngineError('not_found', `file_id ${file.id} was deleted or expired in the meantime`);
  } catch (error) {
    throw (error as { code?: unknown }).code === uniqueViolation ? pathTaken(file, update) : error;
  }
}

/**
 * Rejects the new path if an unfinished file with the same path will replace another file. The unfinished file could not be published if
 * `file` took the path. The caller must hold the pipeline's lock.
 *
 * @throws `EngineError` `already_exists` if the path is rejected.
 */
async function assertNoPendingReplacement(
  tx: Queryable,
  accountId: string,
  file: FileRow,
  update: FileUpdate,
): Promise<void> {
  const { fileName, directory } = update;
  const { rows } = await tx.query(
    `select from file join file next on next.account_id = file.account_id and next.pipeline = file.pipeline
       and next.directory_key = coalesce($3, file.directory_key) and next.name_key = coalesce($4, file.name_key)
       and next.state <> 'failed' and next.replaces_id is not null and next.replaces_id <> file.id
     where file.id = $1 and file.account_id = $2 and file.state = 'ready'`,
    [
      file.id,
      accountId,
      directory === undefined ? null : foldName(directory),
      fileName === undefined ? null : foldName(fileName),
    ],
  );
  if (rows.length > 0) throw pathTaken(file, update);
}

function pathTaken(file: FileRow, { fileName, directory }: FileUpdate): EngineError {
  const path = joinFilePath(directory ?? file.directory, fileName ?? file.file_name);
  return new EngineError(
    'already_exists',
    `a file with the symbolic path '${path}' already exists in the pipeline '${file.pipeline}'`,
  );
}

async function recordUpdate(
  tx: Queryable,
  accountId: string,
  file: FileRow,
  update: FileUpdate,
  now: Date,
): Promise<void> {
  const fields = {
    fileName: update.fileName,
    symbolicDirectoryPath: update.directory,
    fileTags: update.tags,
    fileDescription: update.description,
    expireTime: update.expireSeconds,
  };
  const changed = Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [] : [field]));
  const name = joinFilePath(file.directory, file.file_name);
  const change = {
    action: 'file.update',
    target: file.id,
    name,
    pipeline: file.pipeline,
    details: { changed },
  } as const;
  await recordAuditEntry(tx, accountId, change, now);
}
