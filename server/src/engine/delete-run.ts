import type { EngineContext } from './engine-context.js';
import { recordRunChange } from '../store/tables/audit.js';
import { lockRun } from './lock-run.js';
import { announce } from './notify-run.js';
import { removeFiles } from './hosted/remove-files.js';

/**
 * Deletes a run along with its task runs and its log. Also deletes a hosted run's file or a reported run's subflows. Requests
 * waiting for any of the deleted runs are notified.
 */
export async function deleteRun(
  context: EngineContext,
  accountId: string,
  runId: string,
  fileId: string | null,
): Promise<void> {
  await context.db.tx(async (tx) => {
    await lockRun(tx, runId);
    if (!(await recordRunChange(tx, accountId, 'run.delete', runId, context.clock.now()))) return;
    if (fileId) await removeFiles(context, tx, 'id = $1 and account_id = $2', [fileId, accountId]);
    else {
      await tx.query(
        `with recursive family as (
           select id, sequence from run where id = $1 and account_id = $2
           union select run.id, run.sequence from run join family on run.parent_id = family.id
         ), announced as (
           select ${announce('id', 'sequence', 'gone')} from family
         )
         delete from run where id = $1 and account_id = $2 and (select count(*) from announced) > 0`,
        [runId, accountId],
      );
    }
  });
}
