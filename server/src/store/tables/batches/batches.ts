import { batchLimits } from 'millrace/shared/runs/batch-limits.js';
import type { BatchDetails, BatchFailure, BatchStatus } from 'millrace/shared/runs/batch-status.js';
import type { Usage } from 'millrace/shared/runs/usage.js';
import type { Queryable } from '../../db/db.js';
import { visibleBatchSql, type Access } from '../access.js';
import type { RunPosition } from '../run-lists/run-filter.js';
import { batchColumnsSql, toBatchStatus, batchUsageSql, type BatchRow } from './batch-rows.js';

/** Returns the visible batches among `ids`, in the order of `ids`. */
export async function findBatches(
  db: Queryable,
  access: Access,
  ids: readonly string[],
  now: Date,
): Promise<BatchStatus[]> {
  if (ids.length === 0) return [];
  const params: unknown[] = [access.account, now, ids];
  const { rows } = await db.query<BatchRow>(
    `select ${batchColumnsSql('$2::timestamptz')} from batch where account_id = $1 and id = any($3) and ${visibleBatchSql(access, params)}`,
    params,
  );
  const byId = new Map(rows.map((row) => [row.id, toBatchStatus(row, now)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Returns a visible batch with the reasons for its failures and its usage of model endpoints. */
export async function findBatch(
  db: Queryable,
  access: Access,
  id: string,
  now: Date,
): Promise<BatchDetails | undefined> {
  const [batch] = await findBatches(db, access, [id], now);
  if (!batch) return undefined;
  const [failures, usage] = await Promise.all([groupBatchFailures(db, id), findBatchUsage(db, id)]);
  return { ...batch, failures, ...(usage && { usage }) };
}

async function findBatchUsage(db: Queryable, id: string): Promise<Usage | null> {
  const { rows } = await db.query<{ usage: Usage | null }>(
    `select coalesce(usage, case when finished_at is null then ${batchUsageSql('batch.id')} end) as usage from batch where id = $1`,
    [id],
  );
  return rows[0]?.usage ?? null;
}

/** The fields of a batch that are needed to check a request and to accept files. */
export interface BatchHead {
  readonly id: string;
  readonly pipeline: string;
  readonly chain: readonly string[];
  readonly defaults: unknown;
  /** The id of the key that created the batch. */
  readonly keyId: string | null;
  /** Whether any refusals are recorded for the batch. */
  readonly hasRefusals: boolean;
}

export async function findBatchHead(db: Queryable, access: Access, id: string): Promise<BatchHead | undefined> {
  const params: unknown[] = [access.account, id];
  const { rows } = await db.query<BatchHead>(
    `select id, pipeline, chain, defaults, key_id as "keyId", exists (select from batch_outcome where batch_id = batch.id and key is not null) as "hasRefusals"
     from batch where account_id = $1 and id = $2 and ${visibleBatchSql(access, params)}`,
    params,
  );
  return rows[0];
}

interface BatchQuery {
  readonly pipeline?: string | undefined;
  readonly limit: number;
  readonly after?: RunPosition | undefined;
}

/** Returns a page of the visible batches, newest first. */
export async function listBatches(
  db: Queryable,
  access: Access,
  { pipeline, limit, after }: BatchQuery,
  now: Date,
): Promise<{ items: BatchStatus[]; next: RunPosition | undefined }> {
  const params: unknown[] = [access.account, now, limit + 1];
  const bind = (value: unknown): string => `$${params.push(value)}`;
  const conditions = [
    visibleBatchSql(access, params),
    ...(pipeline === undefined ? [] : [`pipeline = ${bind(pipeline)}`]),
    ...(after ? [`(created_at, id) < (${bind(after.createdAt)}::timestamptz, ${bind(after.id)}::uuid)`] : []),
  ];
  const { rows } = await db.query<BatchRow & { position: string }>(
    `select ${batchColumnsSql('$2::timestamptz')}, batch.created_at::text as position from batch
     where account_id = $1 and ${conditions.join(' and ')} order by created_at desc, id desc limit $3`,
    params,
  );
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map((row) => toBatchStatus(row, now)),
    next: last && { createdAt: last.position, id: last.id },
  };
}

/** Maximum number of groups. If there are more, the largest are returned. */
const maxGroups = 50;

/** Groups the failed, crashed and refused files of a batch by reason. */
async function groupBatchFailures(db: Queryable, id: string): Promise<BatchFailure[]> {
  const { rows } = await db.query<BatchFailure>(
    `with failed as (
       select fingerprint, id, created_at, file_name, error - 'details' as error from run
       where batch_id = $1 and fingerprint is not null
       union all
       select fingerprint, null, null, coalesce(file_name, key), error from batch_outcome
       where batch_id = $1 and fingerprint is not null
     ), newest as (
       select distinct on (fingerprint) fingerprint, id, file_name, error from failed
       order by fingerprint, created_at desc nulls last, id
     )
     select fingerprint, error ->> 'task' as step, error ->> 'code' as code, left(error ->> 'message', 2000) as message,
       count::int as count, id as example, file_name as file
     from newest join (select fingerprint, count(*) from failed group by fingerprint) counted using (fingerprint)
     order by count desc, fingerprint limit ${maxGroups}`,
    [id],
  );
  return rows;
}

/**
 * Records why files of a batch were refused. If a refusal is already recorded for a file, the new one is ignored. Once a batch has
 * `batchLimits.refused` recorded refusals, no more are added.
 */
export async function recordRefusals(
  db: Queryable,
  batch: Pick<BatchHead, 'id' | 'pipeline'>,
  refused: readonly { readonly key: string; readonly error: { readonly code: string; readonly message: string } }[],
): Promise<void> {
  if (refused.length === 0) return;
  await db.query(
    `insert into batch_outcome (batch_id, key, state, fingerprint, error)
     select $1, key, 'failed', error_fingerprint($2, error), error from jsonb_to_recordset($3) item (key text, error jsonb)
     where (select count(*) from batch_outcome where batch_id = $1 and key is not null) < ${batchLimits.refused}
     on conflict do nothing`,
    [batch.id, batch.pipeline, JSON.stringify(refused)],
  );
}

/** Deletes the recorded refusals of files that have since been accepted. */
export async function deleteRefusals(db: Queryable, id: string, keys: readonly string[]): Promise<void> {
  await db.query(
    'delete from batch_outcome where batch_id = $1 and md5(key) in (select md5(k) from unnest($2::text[]) k)',
    [id, keys],
  );
}

/** Maximum number of batches without runs that one statement deletes. */
const maxDeletedBatches = 100;

/**
 * Deletes the batches that ended at or before `cutoff` and have no runs left. If an account has more than `batchLimits.finished` ended
 * batches, its oldest ones are also deleted.
 */
export async function deleteOldBatches(db: Queryable, cutoff: Date): Promise<void> {
  for (let deleted = maxDeletedBatches; deleted === maxDeletedBatches;) {
    // one subquery per batch, because with a join, the planner might read all runs
    const { affected } = await db.query(
      `delete from batch where id in (
         select id from batch where finished_at <= $1 and (select id from run where batch_id = batch.id limit 1) is null
         limit ${maxDeletedBatches})`,
      [cutoff],
    );
    deleted = affected;
  }
  await db.query(
    `delete from batch where id in (
       select id from (
         select id, row_number() over (partition by account_id order by created_at desc, id) as rank from batch
         where finished_at is not null) ended
       where rank > ${batchLimits.finished})`,
  );
}
