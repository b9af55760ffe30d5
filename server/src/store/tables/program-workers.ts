import { createHash, randomUUID } from 'node:crypto';
import type { WorkerPipeline } from 'millrace/shared/types/worker.js';
import type { Db, Queryable } from '../db/db.js';
import { toJsonb } from '../db/jsonb.js';
import type { NewWorker } from './workers.js';

/** What holds for a registration. */
export interface RegistrationRules {
  readonly now: Date;
  /** Silent since then is offline. */
  readonly onlineSince: Date;
  /** The most workers of the account. */
  readonly maxWorkers: number;
}

/**
 * Registers one program as a worker of its own, for protocols in which a worker's beat does not say which runs go on: were two
 * programs one worker, the beat of one would keep the runs of the other from ever being found dead.
 *
 * A worker of the same name, version and steps is used again when its program is surely gone: it is offline and has no open run.
 *
 * @returns Its id; nothing when it is one too many.
 */
export async function registerProgram(
  db: Db,
  accountId: string,
  { name, version, pipelines }: NewWorker,
  { now, onlineSince, maxWorkers }: RegistrationRules,
): Promise<string | undefined> {
  const list = toJsonb(pipelines);
  const digest = createHash('sha256').update(list).digest('hex');
  return db.tx(async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `update worker set seen_at = $1 where id = (
         select id from worker where account_id = $2 and name = $3 and version = $4 and pipelines_key like $5 and seen_at <= $6
           and not exists (select from run where worker_id = worker.id and finished_at is null)
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
      [id, accountId, name, version, list, `program ${digest} ${id}`, now, maxWorkers],
    );
    return affected === 1 ? id : undefined;
  });
}

/** What a worker executes; that it was asked for is a sign of its life. */
export async function visitWorker(
  db: Queryable,
  accountId: string,
  workerId: string,
  now: Date,
): Promise<{ name: string; version: string; pipelines: WorkerPipeline[] } | undefined> {
  const { rows } = await db.query<{ name: string; version: string; pipelines: WorkerPipeline[] }>(
    `update worker set seen_at = greatest(seen_at, $3) where id = $1 and account_id = $2
     returning name, version, pipelines`,
    [workerId, accountId, now],
  );
  return rows[0];
}

/** A worker's name; nothing when the account has no such worker. */
export async function findWorkerName(db: Queryable, accountId: string, workerId: string): Promise<string | undefined> {
  const { rows } = await db.query<{ name: string }>('select name from worker where id = $1 and account_id = $2', [
    workerId,
    accountId,
  ]);
  return rows[0]?.name;
}

/** What a program says of a run is a sign of life of its worker. */
export async function touchWorkerOfRun(tx: Queryable, runId: string, now: Date): Promise<void> {
  await tx.query(
    `update worker set seen_at = greatest(worker.seen_at, $2) from run where run.id = $1 and worker.id = run.worker_id`,
    [runId, now],
  );
}

/** The mean of the whole seconds that the finished runs of each worker took, by the workers' ids. */
export async function meanSecondsOfWorkers(db: Queryable, accountId: string): Promise<Map<string, number>> {
  const { rows } = await db.query<{ id: string; seconds: number }>(
    `select worker_id as id, avg(greatest(0, floor(extract(epoch from finished_at - created_at))))::float8 as seconds
     from run where account_id = $1 and worker_id is not null and finished_at is not null group by worker_id`,
    [accountId],
  );
  return new Map(rows.map(({ id, seconds }) => [id, seconds]));
}
