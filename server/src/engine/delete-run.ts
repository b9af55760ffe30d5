import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { EngineContext } from './engine-context.js';
import { announce } from './notify-run.js';
import { removeFiles } from './hosted/remove-files.js';

/**
 * Removes a run with its task runs and its log: a hosted one with its file, a reported one with the runs that it is the parent of.
 * Whoever waits for one of them is told that it is gone.
 */
export async function deleteRun(context: EngineContext, accountId: string, run: RunStatus): Promise<void> {
  await context.db.tx(async (tx) => {
    if (run.fileId) await removeFiles(context, tx, 'id = $1 and account_id = $2', [run.fileId, accountId]);
    else {
      await tx.query(
        `with recursive family as (
           select id, sequence from run where id = $1 and account_id = $2
           union select run.id, run.sequence from run join family on run.parent_id = family.id
         ), told as (
           select ${announce('id', 'sequence', 'gone')} from family
         )
         delete from run where id = $1 and account_id = $2 and (select count(*) from told) > 0`,
        [run.requestId, accountId],
      );
    }
  });
}
