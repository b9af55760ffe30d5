import { createHash, randomUUID } from 'node:crypto';
import type { WorkerPipeline } from 'millrace/shared/types/worker.js';
import type { Db, Queryable } from '../db/db.js';
import { visibleRunSql, visibleWorkerSql, type Access } from './access.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';
import type { NewWorker } from './workers.js';

interface RegistrationRules {
  readonly now: Date;
  /** Workers with no heartbeat since this time are offline. */
  readonly onlineSince: Date;
  /** Maximum number of workers per account. */
  readonly maxWorkers: number;
}

/**
 * Registers a program as a separate worker, for protocols whose heartbeats do not list the runs in progress. If two programs shared a
 * worker, one program's heartbeats would keep the other's runs from timing out.
 *
 * A worker that an earlier program registered with the same name, version and pipelines is reused if it is offline and has no unfinished
 * runs, because the earlier program has probably ended.
 *
 * @returns The worker's id, or `undefined` if no worker can be reused and the account already has `maxWorkers` workers.
 */
export async function registerProgram(
  db: Db,
  accountId: string,
  { name, version, pipelines }: NewWorker,
  { now, onlineSince, maxWorkers }: RegistrationRules,
): Promise<string | undefined> {
  const pipelinesJson = toStorableJson(pipelines);
  const digest = createHash('sha256').update(pipelinesJson).digest('hex');
  return db.tx(async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `update worker set seen_at = $1 where id = (
         select id from worker where account_id = $2 and name = $3 and version = $4 and pipelines_key like $5 and seen_at <= $6
           and not exists (
             select from run where account_id = worker.account_id and worker_id = worker.id and finished_at is null)
         order by seen_at desc limit 1 for update skip locked)
       returning id`,
      [now, accountId, name, version, `program ${digest} %`, onlineSince],
    );
    if (rows[0]) return rows[0].id;
    const id = randomUUID();
    const { affected } = await tx.query(
      `insert into worker (id, account_id, name, version, pipelines, pipelines_key, registered_at, seen_at)
       select $1::uuid, $2::uuid, $3::text, $4::text, $5::jsonb, $6::text, $7::timestamptz, $7
       where (select count(*) from worker where account_id = $2) < $8`,
      [id, accountId, name, version, pipelinesJson, `program ${digest} ${id}`, now, maxWorkers],
    );
    return affected === 1 ? id : undefined;
  });
}

/**
 * Records a heartbeat of a worker.
 *
 * @returns The worker's name, version and pipelines, or `undefined` if the worker does not exist or is not visible.
 */
export async function touchProgramWorker(
  db: Queryable,
  access: Access,
  workerId: string,
  now: Date,
): Promise<{ name: string; version: string; pipelines: WorkerPipeline[] } | undefined> {
  const params: unknown[] = [workerId, access.account, now];
  const { rows } = await db.query<{ name: string; version: string; pipelines: WorkerPipeline[] }>(
    `update worker set seen_at = greatest(seen_at, $3) where id = $1 and account_id = $2 and ${visibleWorkerSql(access, params)}
     returning name, version, pipelines`,
    params,
  );
  return rows[0];
}

/** Returns a worker's name, or `undefined` if the worker does not exist or is not visible. */
export async function findWorkerName(db: Queryable, access: Access, workerId: string): Promise<string | undefined> {
  const params = [workerId, access.account];
  const { rows } = await db.query<{ name: string }>(
    `select name from worker where id = $1 and account_id = $2 and ${visibleWorkerSql(access, params)}`,
    params,
  );
  return rows[0]?.name;
}

/** Records a heartbeat of a run's worker, if the run has one. */
export async function touchWorkerOfRun(tx: Queryable, runId: string, now: Date): Promise<void> {
  await tx.query(
    `update worker set seen_at = greatest(worker.seen_at, $2) from run where run.id = $1 and worker.id = run.worker_id`,
    [runId, now],
  );
}

/**
 * Returns, by worker id, the mean duration in seconds of each worker's visible, finished runs. Workers without such runs are
 * omitted. Each run's duration is measured from its creation and rounded down to whole seconds.
 */
export async function readMeanDurations(db: Queryable, access: Access): Promise<Map<string, number>> {
  const params: unknown[] = [access.account];
  const { rows } = await db.query<{ id: string; seconds: number }>(
    `select worker_id as id, avg(greatest(0, floor(extract(epoch from finished_at - created_at))))::float8 as seconds
     from run where account_id = $1 and worker_id is not null and finished_at is not null
       and ${visibleRunSql(access, params)} group by worker_id`,
    params,
  );
  return new Map(rows.map(({ id, seconds }) => [id, seconds]));
}
