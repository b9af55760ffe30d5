import { PgBoss } from 'pg-boss';
import type { Db, Queryable } from '../store/db/db.js';

/** The schema that contains pg-boss's tables. */
export const bossSchema = 'boss';

type BossDatabase = NonNullable<NonNullable<Parameters<PgBoss['touch']>[2]>['db']>;

const uniqueViolation = '23505';

/** Starts pg-boss, creating its tables if necessary. */
export async function startBoss(db: Db, onError: (error: Error) => void): Promise<PgBoss> {
  const start = async (): Promise<PgBoss> => {
    const boss = createBoss(db);
    boss.on('error', onError);
    await boss.start();
    return boss;
  };
  const boss = await start().catch((error: unknown) => {
    // if two processes create the tables at the same time, one process fails, because `if not exists` does not see uncommitted
    // tables; start again, because the tables exist now
    if (!isUniqueViolation(error)) throw error;
    return start();
  });
  await indexBegunJobs(db);
  return boss;
}

/**
 * Creates an index on the states of jobs that have been claimed at least once. The supervisor queries these jobs every two seconds, and
 * pg-boss has no index for the query.
 */
async function indexBegunJobs(db: Db): Promise<void> {
  const { rows } = await db.query<{ exists: boolean }>(
    `select to_regclass('${bossSchema}.job_common_begun') is not null as exists`,
  );
  if (rows[0]?.exists) return;
  await db
    .query(`create index if not exists job_common_begun on ${bossSchema}.job_common (state) where state > 'created'`)
    .catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
    });
}

function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: unknown }).code === uniqueViolation;
}

/** Adapts the database, or a transaction, to pg-boss's interface. */
export function asBossDatabase(queryable: Queryable): BossDatabase {
  return { executeSql: (sql, values) => queryable.query(sql, values) };
}

function createBoss(db: Db): PgBoss {
  return new PgBoss({
    db: asBossDatabase(db),
    backend: db.backend,
    schema: bossSchema,
    schedule: false,
    // replaced by `BossSupervisor`, because pg-boss's own supervisor writes to the database even if there is nothing to do
    supervise: false,
    monitorIntervalSeconds: 1,
    maintenanceIntervalSeconds: 10,
    bamIntervalSeconds: 3600,
    monitorVacuum: false,
    // the embedded database has only one session, but rebuilding an index concurrently requires more than one
    reindex: db.backend === 'postgres',
  });
}
