import type { PgBoss } from 'pg-boss';
import type { Queryable } from '../store/db/db.js';

type BossDatabase = NonNullable<NonNullable<Parameters<PgBoss['touch']>[2]>['db']>;

/** The database, or a transaction on it, as pg-boss takes it. */
export function asBossDatabase(queryable: Queryable): BossDatabase {
  return { executeSql: (sql, values) => queryable.query(sql, values) };
}

/** How many jobs a call changed: pg-boss says, but its types do not. */
export function affectedBy(response: object): number {
  return (response as { affected: number }).affected;
}
