import type { BulkAction, BulkJobStatus } from 'millrace/shared/types/bulk.js';
import type { Db, Queryable } from '../db/db.js';
import type { Access } from './access.js';

export interface BulkJobRow {
  readonly id: string;
  readonly account_id: string;
  readonly action: BulkAction;
  readonly matched: number;
  readonly done: number;
  readonly succeeded: number;
  readonly refused: Record<string, number>;
  readonly key_id: string | null;
  readonly key_name: string | null;
  readonly address: string | null;
  readonly names: string[] | null;
  readonly own_key: string | null;
  readonly created_at: Date;
  readonly finished_at: Date | null;
  readonly stopped: boolean;
  /** The key or name of the module, step or task that reruns start from; `null` for the first one. */
  readonly rerun_from: string | null;
}

/** The columns of a job, except for the ids of its runs, of which there can be many. */
export const bulkJobColumns = `id, account_id, action, cardinality(run_ids) as matched, done, succeeded, refused, key_id, key_name, address,
  names, own_key, created_at, finished_at, stopped, rerun_from`;

/**
 * Returns a bulk job if the key may see it. A key that is restricted to certain names, or that can change only its own runs, can see only
 * the jobs that it created.
 */
export async function findBulkJob(
  db: Queryable,
  access: Access,
  keyId: string,
  jobId: string,
): Promise<BulkJobStatus | undefined> {
  const isRestricted = access.names !== null || access.ownKeyId !== null;
  const { rows } = await db.query<BulkJobRow>(
    `select ${bulkJobColumns} from bulk_job where id = $1 and account_id = $2 and ($3::uuid is null or key_id = $3)`,
    [jobId, access.account, isRestricted ? keyId : null],
  );
  return rows[0] && toStatus(rows[0]);
}

function toStatus(row: BulkJobRow): BulkJobStatus {
  const { id, action, matched, done, succeeded, refused } = row;
  const finalState = row.stopped ? 'stopped' : 'completed';
  return {
    id,
    action,
    state: row.finished_at === null ? 'running' : finalState,
    matched,
    done,
    succeeded,
    refused: toRefusals(Object.entries(refused)),
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

/** Returns the reasons for refusals with their counts, most frequent first. */
export function toRefusals(counts: Iterable<readonly [reason: string, count: number]>): BulkJobStatus['refused'] {
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}

/** Maximum number of jobs that one statement deletes. */
const deletionBatchSize = 100;

/** Deletes the jobs that ended at or before `cutoff`. */
export async function deleteOldBulkJobs(db: Db, cutoff: Date): Promise<void> {
  for (let deleted = deletionBatchSize; deleted === deletionBatchSize;) {
    const { affected } = await db.query(
      `delete from bulk_job where id in (
         select id from bulk_job where finished_at <= $1 order by finished_at limit ${deletionBatchSize})`,
      [cutoff],
    );
    deleted = affected;
  }
}
