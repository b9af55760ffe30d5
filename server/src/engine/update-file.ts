import { joinFilePath } from 'millrace/rules/file-path.js';
import { foldName, tagKeys, type Tag } from '../store/match-keys.js';
import type { FileRow } from '../store/files.js';
import type { EngineContext } from './engine-context.js';
import { EngineError } from './engine-error.js';

export interface FileUpdate {
  readonly fileName: string | undefined;
  readonly directory: string | undefined;
  /** Replaces the whole set. */
  readonly tags: readonly Tag[] | undefined;
  readonly description: string | undefined;
  /** From now on. */
  readonly expireSeconds: number | undefined;
}

const uniqueViolation = '23505';

/**
 * Changes what is known of a finished file.
 *
 * @throws `EngineError` `already_exists` when another file of the pipeline has the new path.
 */
export async function updateFile(
  context: EngineContext,
  accountId: string,
  file: FileRow,
  update: FileUpdate,
): Promise<void> {
  const now = context.clock.now();
  const fileName = update.fileName ?? file.file_name;
  const directory = update.directory ?? file.directory;
  const tags = update.tags ?? file.tags;
  try {
    await context.db.query(
      `update file set file_name = $3, name_key = $4, directory = $5, directory_key = $6, tags = $7, tag_keys = $8,
         description = $9, expires_at = $10, updated_at = $11
       where id = $1 and account_id = $2 and state = 'ready'`,
      [
        file.id,
        accountId,
        fileName,
        foldName(fileName),
        directory,
        foldName(directory),
        JSON.stringify(tags),
        JSON.stringify(tagKeys(tags)),
        update.description ?? file.description,
        update.expireSeconds === undefined ? file.expires_at : new Date(now.getTime() + update.expireSeconds * 1000),
        now,
      ],
    );
  } catch (error) {
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
    const path = joinFilePath(directory, fileName);
    throw new EngineError(
      'already_exists',
      `BAD REQUEST: a file with the symbolic path '${path}' already exists in the pipeline '${file.pipeline}'`,
    );
  }
}
