import { PgBoss } from 'pg-boss';
import type { Db, Queryable } from '../store/db/db.js';
/** The schema that contains pg-boss's tables. */
export declare const bossSchema = "boss";
type BossDatabase = NonNullable<NonNullable<Parameters<PgBoss['touch']>[2]>['db']>;
/** Starts pg-boss, creating its tables if necessary. */
export declare function startBoss(db: Db, onError: (error: Error) => void): Promise<PgBoss>;
/** Adapts the database, or a transaction, to pg-boss's interface. */
export declare function asBossDatabase(queryable: Queryable): BossDatabase;
export {};
