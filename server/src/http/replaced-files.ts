import { EngineError } from '../engine/engine-error.js';
import type { Queryable } from '../store/db/db.js';
import type { Access } from '../store/tables/access.js';
import { findFilesProcessedByOtherKeys } from '../store/tables/files/files.js';

/** The error message if a key with the role runner would replace a file that was processed with another key. */
export const otherKeysFileMessage =
  'A key with the role runner can replace only files that were processed with this key. Use a key with the role operator.';

/**
 * Returns the ids of the files that the key may not replace. If its role is below operator, these are the files processed with another key.
 */
export async function findFileIdsOfOtherKeys(
  db: Queryable,
  { ownKeyId }: Access,
  fileIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ownKeyId === null || fileIds.length === 0) return new Set();
  return new Set(await findFilesProcessedByOtherKeys(db, fileIds, ownKeyId));
}

/** @throws `EngineError` `forbidden` if there is a file that the key may not replace. */
export async function assertReplaceable(db: Queryable, access: Access, fileIds: readonly string[]): Promise<void> {
  const fileIdsOfOtherKeys = await findFileIdsOfOtherKeys(db, access, fileIds);
  if (fileIdsOfOtherKeys.size > 0) throw new EngineError('forbidden', `BAD REQUEST: ${otherKeysFileMessage}`);
}
