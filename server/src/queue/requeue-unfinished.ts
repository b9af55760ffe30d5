import type { Db } from '../store/db/db.js';
import { toQueueName, type Queue } from './queue.js';
import { bossSchema } from './start-boss.js';

const unfinishedStepsSql = `from task_run join run on run.id = run_id
  where run.kind = 'hosted' and run.state in ('pending', 'running', 'retrying') and queued_at is not null
    and task_run.state in ('pending', 'running', 'retrying')`;

/**
 * Queues the steps of imported runs that were queued, running or waiting for a retry at the time of the export. Skips steps that already
 * have an unfinished job, so a second call does nothing.
 *
 * @returns The number of queued steps.
 */
export async function requeueUnfinished(db: Db, queue: Queue): Promise<number> {
  // take the modules from the steps instead of the catalogue, because custom modules may be missing from the catalogue
  const { rows: modules } = await db.query<{ name: string }>(`select distinct task_run.name ${unfinishedStepsSql}`);
  await queue.ensureQueues(modules.map(({ name }) => toQueueName(name)));
  return db.tx(async (tx) => {
    const { rows } = await tx.query<{ run_id: string; index: number; name: string; account: string; of: string }>(
      `select run_id, index, task_run.name, account_id as account, of ${unfinishedStepsSql}
         and not exists (
           select from ${bossSchema}.job where job.state < 'completed'
             and data = jsonb_build_object('runId', run_id::text, 'index', index))
       order by queued_at, run_id`,
    );
    for (const { run_id: runId, index, name, account, of } of rows) {
      await queue.send(
        tx,
        toQueueName(name),
        [{ runId, index }],
        index === 0 ? { fairnessKey: { account, name: of } } : {},
      );
    }
    return rows.length;
  });
}
