import { PgBoss } from 'pg-boss';
import type { Db, Queryable } from '../store/db/db.js';

/** The schema of pg-boss' tables. */
export const bossSchema = 'boss';

type BossDatabase = NonNullable<NonNullable<Parameters<PgBoss['touch']>[2]>['db']>;

const uniqueViolation = '23505';

/** Starts pg-boss, and creates its tables where they do not exist. */
export async function startBoss(db: Db, onError: (error: Error) => void): Promise<PgBoss> {
  const start = async (): Promise<PgBoss> => {
    const boss = newBoss(db);
    boss.on('error', onError);
    await boss.start();
    return boss;
  };
  try {
    return await start();
  } catch (error) {
    // when two processes create the tables at once, one fails, because `if not exists` does not see uncommitted tables:
    // on the second attempt it finds them
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
    return start();
  }
}

/** Adapts the database, or a transaction on it, to pg-boss. */
export function asBossDatabase(queryable: Queryable): BossDatabase {
  return { executeSql: (sql, values) => queryable.query(sql, values) };
}

function newBoss(db: Db): PgBoss {
  return new PgBoss({
    db: asBossDatabase(db),
    backend: db.backend,
    schema: bossSchema,
    schedule: false,
    // its timer would write every two seconds; `BossSupervisor` checks first, and writes only when there is work
    supervise: false,
    monitorIntervalSeconds: 1,
    maintenanceIntervalSeconds: 10,
    bamIntervalSeconds: 3600,
    monitorVacuum: false,
    // rebuilds bloated indexes concurrently, which needs more than one session
    reindex: db.backend === 'postgres',
  });
}
