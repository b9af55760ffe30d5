import { EngineError } from '../engine/engine-error.js';
import type { Queryable } from '../store/db/db.js';
import type { Access } from '../store/tables/access.js';
import { findProcessedByOthers } from '../store/tables/files/files.js';

/** The error message if a runner's key tries to replace another key's file. */
export const ofAnotherKey =
  'Expected a file that this key has processed, because a runner changes no others; use a key with the role operator to replace it';

/** Returns the files that the request must not replace: a runner's key may replace only files that it has processed itself. */
export async function findFilesOfOthers(
  db: Queryable,
  { ownKey }: Access,
  fileIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ownKey === null || fileIds.length === 0) return new Set();
  return new Set(await findProcessedByOthers(db, fileIds, ownKey));
}

/** @throws `EngineError` `forbidden` */
export async function assertReplaceable(db: Queryable, access: Access, fileIds: readonly string[]): Promise<void> {
  const others = await findFilesOfOthers(db, access, fileIds);
  if (others.size > 0) throw new EngineError('forbidden', `BAD REQUEST: ${ofAnotherKey}`);
}
