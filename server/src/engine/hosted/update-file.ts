import { joinFilePath } from 'millrace/shared/rules/file-path.js';
import { foldName, tagKeys, type Tag } from '../../store/tables/match-keys.js';
import type { FileRow } from '../../store/tables/files.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';

interface FileUpdate {
  readonly fileName: string | undefined;
  readonly directory: string | undefined;
  /** Replaces all tags. */
  readonly tags: readonly Tag[] | undefined;
  readonly description: string | undefined;
  /** From now on. */
  readonly expireSeconds: number | undefined;
}

const uniqueViolation = '23505';

/**
 * Updates the metadata of a finished file.
 *
 * @throws `EngineError` `not_found` when the file no longer exists; `already_exists` when another file of the pipeline has the
 *   new path.
 */
export async function updateFile(
  context: EngineContext,
  accountId: string,
  file: FileRow,
  update: FileUpdate,
): Promise<void> {
  const now = context.clock.now();
  const { fileName, directory, tags, description, expireSeconds } = update;
  const known = <T, R>(value: T | undefined, use: (value: T) => R): R | null =>
    value === undefined ? null : use(value);
  try {
    // absent fields keep the values in the database, so that two simultaneous updates of different fields both apply
    const { affected } = await context.db.query(
      `update file set file_name = coalesce($3, file_name), name_key = coalesce($4, name_key),
         directory = coalesce($5, directory), directory_key = coalesce($6, directory_key),
         tags = coalesce($7, tags), tag_keys = coalesce($8, tag_keys), description = coalesce($9, description),
         expires_at = coalesce($10, expires_at), updated_at = $11
       where id = $1 and account_id = $2 and state = 'ready' and expires_at > $11`,
      [
        file.id,
        accountId,
        fileName ?? null,
        known(fileName, foldName),
        directory ?? null,
        known(directory, foldName),
        known(tags, (value) => JSON.stringify(value)),
        known(tags, (value) => JSON.stringify(tagKeys(value))),
        description ?? null,
        known(expireSeconds, (seconds) => new Date(now.getTime() + seconds * 1000)),
        now,
      ],
    );
    if (affected === 0) throw new EngineError('not_found', `file_id ${file.id} was deleted or has expired meanwhile`);
  } catch (error) {
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
    const path = joinFilePath(directory ?? file.directory, fileName ?? file.file_name);
    throw new EngineError(
      'already_exists',
      `a file with the symbolic path '${path}' already exists in the pipeline '${file.pipeline}'`,
    );
  }
}
