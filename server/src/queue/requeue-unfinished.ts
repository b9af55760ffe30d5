import type { Db } from '../store/db/db.js';
import { bossSchema } from './boss-queue.js';
import { queueOf } from './queue-names.js';
import type { Queue } from './queue.js';

const unfinished = `from task_run join run on run.id = run_id
  where run.kind = 'hosted' and run.state in ('pending', 'running', 'retrying') and queued_at is not null
    and task_run.state in ('pending', 'running', 'retrying')`;

/**
 * Puts the steps back into the queue that wait or were running when the data was exported. Steps that have a job are left
 * alone, so calling it twice does nothing.
 *
 * @returns How many steps were put back.
 */
export async function requeueUnfinished(db: Db, queue: Queue): Promise<number> {
  // modules of an operator's own among them, which no catalogue here knows
  const { rows: modules } = await db.query<{ name: string }>(`select distinct task_run.name ${unfinished}`);
  await queue.ensure(modules.map(({ name }) => queueOf(name)));
  return db.tx(async (tx) => {
    const { rows } = await tx.query<{ run_id: string; index: number; name: string }>(
      `select run_id, index, task_run.name ${unfinished}
         and not exists (
           select from ${bossSchema}.job where job.state < 'completed'
             and data = jsonb_build_object('runId', run_id::text, 'index', index))
       order by queued_at, run_id`,
    );
    for (const { run_id: runId, index, name } of rows) await queue.send(tx, queueOf(name), { runId, index });
    return rows.length;
  });
}
