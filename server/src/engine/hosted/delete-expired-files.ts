import { foldName } from 'millrace/shared/rules/files/fold-name.js';
import type { Queryable } from '../../store/db/db.js';
import { acquireNamedLocks } from '../../store/db/acquire-named-locks.js';
import type { EngineContext } from '../engine-context.js';
import { removeFiles } from './remove-files.js';
import { pipelineLockName } from './reservation.js';

/** The new path of a file that is being moved. An undefined part is unchanged. */
interface NewPath {
  readonly fileName?: string | undefined;
  readonly directory?: string | undefined;
}

/**
 * Deletes the expired files at a file's new path, or at its current path if the file is not moved. Expired files are invisible but occupy
 * the path until the next sweep. No other file can take the path until the transaction ends. To prevent deadlocks, call this before locking
 * anything else.
 */
export async function deleteExpiredFilesAtPath(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  file: { readonly id: string; readonly pipeline: string },
  { fileName, directory }: NewPath = {},
): Promise<void> {
  await acquireNamedLocks(tx, [pipelineLockName(accountId, file.pipeline)]);
  const now = context.clock.now();
  // use a separate subquery for each condition, because each condition has its own index
  const expiredSql = (replacesCondition: string) =>
    `select id from file where account_id = target.account_id and pipeline = target.pipeline and directory_key = target.directory_key
       and name_key = target.name_key and state <> 'failed' and replaces_id ${replacesCondition} and expires_at <= $5`;
  // lock the file itself in the same statement, so that all files are locked in the order of their ids
  const { rows } = await tx.query<{ id: string }>(
    `with target as (
       select account_id, pipeline, coalesce($3, directory_key) as directory_key, coalesce($4, name_key) as name_key
       from file where id = $1 and account_id = $2
     )
     select id from file where id = any(array(
       select $1::uuid union all
       select expired.id from target cross join lateral (${expiredSql('is null')} union all ${expiredSql('is not null')}) expired
     )) order by id for update`,
    [file.id, accountId, foldIfDefined(directory), foldIfDefined(fileName), now],
  );
  const ids = rows.map(({ id }) => id).filter((id) => id !== file.id);
  // check the expiry again, because it may have been extended while this transaction waited for the lock
  if (ids.length > 0) await removeFiles(context, tx, 'id = any($1) and expires_at <= $2', [ids, now]);
}

/** Calls {@link deleteExpiredFilesAtPath} for the file of a hosted run. Does nothing if the run has no file. */
export async function deleteExpiredFilesAtRunPath(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  runId: string,
): Promise<void> {
  const { rows } = await tx.query<{ id: string; pipeline: string }>(
    'select file.id, file.pipeline from run join file on file.id = run.file_id where run.id = $1 and run.account_id = $2',
    [runId, accountId],
  );
  for (const file of rows) await deleteExpiredFilesAtPath(context, tx, accountId, file);
}

function foldIfDefined(name: string | undefined): string | null {
  return name === undefined ? null : foldName(name);
}
