import type { Db, Queryable } from './db.js';
import { type Migration, migrations as allMigrations } from './migrations.js';

/** An arbitrary key for the advisory lock that is held during a migration. */
const advisoryLockKey = 8_418_001;

/**
 * Migrates the schema to the newest version, in one transaction. Servers that start at the same time wait for each other.
 *
 * @throws If a newer version of Millrace has migrated the schema.
 */
export async function migrate(db: Db, migrations: readonly Migration[] = allMigrations): Promise<void> {
  const newest = newestVersion(migrations);
  // skip the lock and all writes if the schema is current, as on most starts
  if ((await readVersion(db)) === newest) return;
  await db.tx(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [advisoryLockKey]);
    await tx.query(
      'create table if not exists schema_migration (version int primary key, applied_at timestamptz not null)',
    );
    const current = (await readVersion(tx)) ?? 0;
    if (current > newest) {
      throw new Error(
        `Expected the database's schema to be at version ${newest} or older, got ${current}. ` +
          'The database was written by a newer version of Millrace. Start that version, or restore a backup from before the upgrade.',
      );
    }
    await applyMigrations(tx, migrations, current);
  });
}

/** Runs and records all migrations newer than the version `current`, in the caller's transaction. */
export async function applyMigrations(tx: Queryable, migrations: readonly Migration[], current: number): Promise<void> {
  for (const { version, sql } of migrations) {
    if (version <= current) continue;
    await tx.query(sql);
    await tx.query('insert into schema_migration values ($1, now())', [version]);
  }
}

export function newestVersion(migrations: readonly Migration[] = allMigrations): number {
  return Math.max(0, ...migrations.map(({ version }) => version));
}

/** Returns the version of the database's schema, or `undefined` if no migration has run. */
export async function readVersion(db: Queryable): Promise<number | undefined> {
  const tables = await db.query(
    `select 1 from pg_tables where tablename = 'schema_migration' and schemaname = current_schema()`,
  );
  if (tables.rows.length === 0) return undefined;
  const { rows } = await db.query<{ version: number | null }>('select max(version) as version from schema_migration');
  return rows[0]?.version ?? undefined;
}
