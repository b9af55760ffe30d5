import type { Queryable } from '../store/db/db.js';
import { bossSchema } from './start-boss.js';

/**
 * Returns the queues that have ready jobs, sorted by their next jobs: the highest priority first, then the oldest. Reads only an index and
 * writes nothing, because every idle worker calls this function once a second.
 */
export async function findReadyQueues(db: Queryable, queues: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select job.name from unnest($1::text[]) as queue (name)
     cross join lateral (
       select name, priority, created_on from ${bossSchema}.job
       where job.name = queue.name and state < 'active' and not blocked and start_after <= now()
       order by priority desc, created_on limit 1
     ) as job
     order by job.priority desc, job.created_on`,
    [queues],
  );
  return rows.map(({ name }) => name);
}
