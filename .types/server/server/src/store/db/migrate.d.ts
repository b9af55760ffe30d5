import type { Db, Queryable } from './db.js';
import { type Migration } from './migrations.js';
/**
 * Migrates the schema to the newest version, in one transaction. Servers that start at the same time wait for each other.
 *
 * @throws If the database was written by a newer version of the code.
 */
export declare function migrate(db: Db, migrations?: readonly Migration[]): Promise<void>;
/** Runs all migrations newer than `current`, in the caller's transaction. */
export declare function applyMigrations(tx: Queryable, migrations: readonly Migration[], current: number): Promise<void>;
export declare function newestVersion(migrations?: readonly Migration[]): number;
/** Returns the version of the database's schema, or `undefined` for an empty database. */
export declare function readVersion(db: Queryable): Promise<number | undefined>;
