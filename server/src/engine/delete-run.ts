import type { EngineContext } from './engine-context.js';
import { recordRunChange } from '../store/tables/audit.js';
import { lockRuns } from './lock-run.js';
import { announceDeletionSql } from './notify-run.js';
import { removeFiles } from './hosted/remove-files.js';
import { runOfFile } from '../store/tables/files/files.js';
import type { Queryable } from '../store/db/db.js';

/**
 * Deletes a run with its task runs, its log and its subflows. Deletes the whole file of a hosted run, including the file's other runs, if
 * the run is the file's last completed run or, if no run has completed, the file's last run. Notifies requests that are waiting for any of
 * the deleted runs.
 */
export async function deleteRun(
  context: EngineContext,
  accountId: string,
  runId: string,
  fileId: string | null,
): Promise<void> {
  await context.db.tx((tx) => deleteInTransaction(context, tx, accountId, runId, fileId));
}

/** Like {@link deleteRun}, but in the caller's transaction. */
export async function deleteInTransaction(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  runId: string,
  fileId: string | null,
): Promise<void> {
  await lockRuns(tx, [runId]);
  if (!(await recordRunChange(tx, accountId, 'run.delete', runId, context.clock.now()))) return;
  if (fileId !== null && (await isCurrentRun(tx, runId, fileId))) {
    await removeFiles(context, tx, 'id = $1 and account_id = $2', [fileId, accountId]);
    return;
  }
  if (fileId !== null) await trashOutputs(context, tx, runId, fileId);
  await tx.query(
    `with recursive family as (
       select id, sequence, account_id, of, batch_id, finished_at from run where id = $1 and account_id = $2
       -- do not check the names of subflows, because a key that can see a run can also see its subflows; keep hosted runs
       union select run.id, run.sequence, family.account_id, family.of, run.batch_id, run.finished_at
       from run join family on run.parent_id = family.id where run.kind <> 'hosted'
     ), announced as (
       select ${announceDeletionSql()} from family
     )
     delete from run where id = $1 and account_id = $2 and (select count(*) from announced) > 0`,
    [runId, accountId],
  );
}

/** Returns whether the run is the file's last completed run or, if no run has completed, the file's last run. */
async function isCurrentRun(tx: Queryable, runId: string, fileId: string): Promise<boolean> {
  const { rows } = await tx.query<{ id: string }>(`select ${runOfFile('$1')} as id`, [fileId]);
  return rows[0]?.id === runId;
}

/** Moves the run's outputs to the trash, except for outputs that another run of the file uses. */
async function trashOutputs({ clock }: EngineContext, tx: Queryable, runId: string, fileId: string): Promise<void> {
  await tx.query(
    `insert into blob_trash (key, at)
     select blob.content, $3 from task_run cross join lateral (values (output_blob), (snippets_blob)) blob (content)
     where run_id = $1 and blob.content is not null and not exists (
       select from run join task_run other on other.run_id = run.id
       where run.file_id = $2 and run.id <> $1 and blob.content in (other.output_blob, other.snippets_blob))
     on conflict do nothing`,
    [runId, fileId, clock.now()],
  );
}
