import { randomUUID } from 'node:crypto';
import { workLimits } from 'millrace/shared/runs/work-limits.js';
import type { BulkAction, BulkPreview } from 'millrace/shared/types/bulk.js';
import { getCallerOrigin } from '../../store/db/caller.js';
import type { Queryable } from '../../store/db/db.js';
import type { Access } from '../../store/tables/access.js';
import { toRefusals } from '../../store/tables/bulk-jobs.js';
import { createRunConditions, type RunFilter } from '../../store/tables/run-lists/run-filter.js';
import { findRefusals } from '../again/find-refusals.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';

/** The reason for refusing an id that does not belong to a visible run. */
export const unknownRunReason = 'there is no such run';

/** The maximum number of runs to look up in one statement. */
const chunkSize = 1000;

export interface BulkRequest {
  readonly action: BulkAction;
  readonly selection: { readonly filter: RunFilter } | { readonly ids: readonly string[] };
  /** For `rerun`, the key or name of the first module, step or task to run again. @default the run's first module, step or task */
  readonly from?: string | undefined;
}

/** Returns how many runs a bulk job would change and how many it would refuse, by reason. */
export async function previewBulk(
  context: EngineContext,
  access: Access,
  { action, selection, from }: BulkRequest,
): Promise<BulkPreview> {
  const { db } = context;
  const now = context.clock.now();
  const { ids, hasMore } = await selectRunIds(db, access, selection, now);
  const counts = new Map<string, number>();
  const count = (reason: string, by = 1) => counts.set(reason, (counts.get(reason) ?? 0) + by);
  let eligible = 0;
  for (let start = 0; start < ids.length; start += chunkSize) {
    const chunk = ids.slice(start, start + chunkSize);
    const visible = 'ids' in selection ? await findVisibleIds(db, access, chunk, now) : chunk;
    if (visible.length < chunk.length) count(unknownRunReason, chunk.length - visible.length);
    const refusals = await findRefusals(db, access, visible, { action, from }, now);
    for (const { reason } of refusals.values()) count(reason);
    eligible += visible.length - refusals.size;
  }
  return { matched: ids.length, more: hasMore, eligible, refused: toRefusals(counts) };
}

/**
 * Creates a bulk job for the selected runs. A filter is evaluated once, when the job is created. If more than `workLimits.bulkRuns` runs
 * match, the job processes only the newest ones.
 *
 * @returns The job's id.
 * @throws `EngineError` `conflict` if the account has too many unfinished jobs.
 */
export async function startBulk(
  context: EngineContext,
  access: Access,
  { action, selection, from }: BulkRequest,
): Promise<string> {
  return context.db.tx(async (tx) => {
    const now = context.clock.now();
    await assertJobLimit(tx, access.account);
    const { ids } = await selectRunIds(tx, access, selection, now);
    const origin = getCallerOrigin();
    const id = randomUUID();
    await tx.query(
      `insert into bulk_job (id, account_id, action, run_ids, key_id, key_name, address, names, own_key, created_at,
         rerun_from, finished_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, case when cardinality($4::uuid[]) = 0 then $10::timestamptz end)`,
      [
        id,
        access.account,
        action,
        ids,
        origin?.keyId ?? null,
        origin?.keyName ?? null,
        origin?.address ?? null,
        access.names && JSON.stringify(access.names),
        access.ownKeyId,
        now,
        from ?? null,
      ],
    );
    return id;
  });
}

async function assertJobLimit(tx: Queryable, accountId: string): Promise<void> {
  const { rows } = await tx.query<{ open: number }>(
    'select count(*) as open from bulk_job where account_id = $1 and finished_at is null',
    [accountId],
  );
  if ((rows[0]?.open ?? 0) < workLimits.bulkJobs) return;
  throw new EngineError(
    'conflict',
    `Expected at most ${workLimits.bulkJobs} unfinished bulk jobs per account, got one more; wait until one has ended, or stop one`,
  );
}

async function selectRunIds(
  db: Queryable,
  access: Access,
  selection: BulkRequest['selection'],
  now: Date,
): Promise<{ ids: readonly string[]; hasMore: boolean }> {
  if ('ids' in selection) return { ids: [...new Set(selection.ids)], hasMore: false };
  const { filter } = selection;
  const params: unknown[] = [access.account, now];
  const conditions = createRunConditions(filter, access, params);
  if (filter.state) conditions.push(`run.state = any($${params.push(filter.state)})`);
  const { rows } = await db.query<{ id: string }>(
    `select run.id from run where ${conditions.join(' and ')}
     order by run.created_at desc, run.id desc limit ${workLimits.bulkRuns + 1}`,
    params,
  );
  return { ids: rows.slice(0, workLimits.bulkRuns).map(({ id }) => id), hasMore: rows.length > workLimits.bulkRuns };
}

async function findVisibleIds(db: Queryable, access: Access, ids: readonly string[], now: Date): Promise<string[]> {
  const params: unknown[] = [access.account, now];
  const conditions = [...createRunConditions({}, access, params), `run.id = any($${params.push(ids)})`];
  const { rows } = await db.query<{ id: string }>(`select run.id from run where ${conditions.join(' and ')}`, params);
  return rows.map(({ id }) => id);
}
