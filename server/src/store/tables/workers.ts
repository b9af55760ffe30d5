import { createHash, randomUUID } from 'node:crypto';
import { finalRunStates } from 'millrace/shared/runs/run-state.js';
import type { WorkerPipeline, WorkerRecord } from 'millrace/shared/types/worker.js';
import type { Queryable } from '../db/db.js';
import { allowsName, visibleRunSql, visibleWorkerSql, type Access } from './access.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';

export interface NewWorker {
  readonly name: string;
  readonly version: string;
  readonly pipelines: readonly WorkerPipeline[];
}

interface WorkerFilter {
  readonly id?: string;
  /** Workers with no heartbeat since this time are offline. */
  readonly onlineSince: Date;
  /** If set, workers with no heartbeat since this time are omitted. */
  readonly seenSince?: Date;
}

interface WorkerRow {
  id: string;
  name: string;
  version: string;
  pipelines: WorkerPipeline[];
  registered_at: Date;
  seen_at: Date;
  open: number;
  completed: number;
  failed: number;
  cancelled: number;
  crashed: number;
  mean_ms: number | null;
}

/**
 * Registers a worker. If the account already has a worker with the same name, version and pipelines, records a heartbeat for that worker.
 *
 * @returns The worker's id, or `undefined` if the worker is new and the account already has `maxWorkers` workers.
 */
export async function registerWorker(
  db: Queryable,
  accountId: string,
  worker: NewWorker,
  { now, maxWorkers }: { readonly now: Date; readonly maxWorkers: number },
): Promise<string | undefined> {
  const pipelines = toStorableJson(worker.pipelines);
  const pipelinesKey = createHash('sha256').update(pipelines).digest('hex');
  const { rows } = await db.query<{ id: string }>(
    `insert into worker (id, account_id, name, version, pipelines, pipelines_key, registered_at, seen_at)
     select $1::uuid, $2::uuid, $3::text, $4::text, $5::jsonb, $6::text, $7::timestamptz, $7
     where (select count(*) from worker where account_id = $2) < $8 or exists (
       select from worker where account_id = $2 and name = $3 and version = $4 and pipelines_key = $6)
     on conflict (account_id, name, version, pipelines_key) do update set seen_at = greatest(worker.seen_at, excluded.seen_at)
     returning id`,
    [randomUUID(), accountId, worker.name, worker.version, pipelines, pipelinesKey, now, maxWorkers],
  );
  return rows[0]?.id;
}

/** Records a heartbeat for a worker. Returns `false` if the worker does not exist or is not visible. */
export async function touchWorker(db: Queryable, access: Access, workerId: string, now: Date): Promise<boolean> {
  const params: unknown[] = [workerId, access.account, now];
  const { affected } = await db.query(
    `update worker set seen_at = greatest(seen_at, $3) where id = $1 and account_id = $2 and ${visibleWorkerSql(access, params)}`,
    params,
  );
  return affected === 1;
}

/**
 * Returns the visible workers that match the filter, at most 1000, most recent heartbeat first. Each record lists the worker's visible
 * pipelines and counts its visible runs.
 */
export async function listWorkers(
  db: Queryable,
  access: Access,
  { id, onlineSince, seenSince }: WorkerFilter,
): Promise<WorkerRecord[]> {
  const params: unknown[] = [access.account, id ?? null, seenSince ?? null];
  const { rows } = await db.query<WorkerRow>(
    `select worker.id, worker.name, version, pipelines, registered_at, seen_at, counts.*
     from worker, lateral (
       select count(*) filter (where finished_at is null) as open,
         ${finalRunStates.map((state) => `count(*) filter (where state = '${state}') as ${state}`).join(', ')},
         (avg(greatest(0, extract(epoch from finished_at - started_at))) filter (where state = 'completed') * 1000)::float8 as mean_ms
       from run where worker_id = worker.id and ${visibleRunSql(access, params)}) counts
     where account_id = $1 and ($2::uuid is null or worker.id = $2) and ($3::timestamptz is null or seen_at > $3)
       and ${visibleWorkerSql(access, params)}
     order by seen_at desc, worker.id limit 1000`,
    params,
  );
  return rows.map(({ open, completed, failed, cancelled, crashed, ...row }) => ({
    id: row.id,
    name: row.name,
    version: row.version,
    pipelines: row.pipelines.filter((pipeline) => allowsName(access, pipeline.name)),
    status: row.seen_at > onlineSince ? 'online' : 'offline',
    registeredAt: row.registered_at.toISOString(),
    seenAt: row.seen_at.toISOString(),
    runs: { open, completed, failed, cancelled, crashed },
    meanDurationMs: row.mean_ms === null ? null : Math.round(row.mean_ms),
  }));
}

/** Deletes the workers that have no runs and have sent no heartbeat since `silentSince`. Returns the number of deleted workers. */
export async function deleteOldWorkers(db: Queryable, silentSince: Date): Promise<number> {
  const { affected } = await db.query(
    'delete from worker where seen_at <= $1 and not exists (select from run where worker_id = worker.id)',
    [silentSince],
  );
  return affected;
}
