import type { EngineContext } from './engine-context.js';
import { recordRunAuditEntry } from '../store/tables/audit.js';
import { lockRuns } from './lock-run.js';
import { notifyRunDeletedSql } from './notify-run.js';
import { removeFiles } from './hosted/remove-files.js';
import { fileRunIdSql } from '../store/tables/files/files.js';
import type { Queryable } from '../store/db/db.js';

/**
 * Deletes a run with its task runs, its log and its subflows. Its hosted descendants are kept. If the run is its file's latest completed
 * run or, if no run has completed, the file's latest run, deletes the file with all of its runs instead. Notifies requests that are waiting
 * for any of the deleted runs.
 */
export async function deleteRun(
  context: EngineContext,
  accountId: string,
  runId: string,
  fileId: string | null,
): Promise<void> {
  await context.db.tx((tx) => deleteRunInTransaction(context, tx, accountId, runId, fileId));
}

/** Like {@link deleteRun}, but in the caller's transaction. */
export async function deleteRunInTransaction(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  runId: string,
  fileId: string | null,
): Promise<void> {
  await lockRuns(tx, [runId]);
  if (!(await recordRunAuditEntry(tx, accountId, 'run.delete', runId, context.clock.now()))) return;
  if (fileId !== null && (await isCurrentRun(tx, runId, fileId))) {
    await removeFiles(context, tx, 'id = $1 and account_id = $2', [fileId, accountId]);
    return;
  }
  if (fileId !== null) await trashOutputs(context, tx, runId, fileId);
  await tx.query(
    `with recursive subtree as (
       select id, sequence, account_id, of, batch_id, finished_at from run where id = $1 and account_id = $2
       -- a key that can see a run can also see its subflows, whatever their names; hosted runs are not deleted
       union select run.id, run.sequence, subtree.account_id, subtree.of, run.batch_id, run.finished_at
       from run join subtree on run.parent_id = subtree.id where run.kind <> 'hosted'
     ), notified as (
       select ${notifyRunDeletedSql()} from subtree
     )
     delete from run where id = $1 and account_id = $2 and (select count(*) from notified) > 0`,
    [runId, accountId],
  );
}

/** Returns whether the run is the file's latest completed run or, if no run has completed, the file's latest run. */
async function isCurrentRun(tx: Queryable, runId: string, fileId: string): Promise<boolean> {
  const { rows } = await tx.query<{ id: string }>(`select ${fileRunIdSql('$1')} as id`, [fileId]);
  return rows[0]?.id === runId;
}

/** Moves the run's outputs to the trash, except for outputs that another run of the file uses. */
async function trashOutputs({ clock }: EngineContext, tx: Queryable, runId: string, fileId: string): Promise<void> {
  await tx.query(
    `insert into blob_trash (key, at)
     select blob.key, $3 from task_run cross join lateral (values (output_blob), (snippets_blob)) blob (key)
     where run_id = $1 and blob.key is not null and not exists (
       select from run join task_run other on other.run_id = run.id
       where run.file_id = $2 and run.id <> $1 and blob.key in (other.output_blob, other.snippets_blob))
     on conflict do nothing`,
    [runId, fileId, clock.now()],
  );
}
