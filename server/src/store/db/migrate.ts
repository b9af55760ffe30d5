import type { Db, Queryable } from './db.js';
import { type Migration, migrations as ownMigrations } from './migrations.js';

/** Any fixed number: it names this lock among the advisory locks of the database. */
const advisoryLock = 8_418_001;

/**
 * Brings the schema to the code's version, one transaction for all of it. Servers that start at the same time wait for
 * each other.
 *
 * @throws When the database was written by a newer version of the code.
 */
export async function migrate(db: Db, migrations: readonly Migration[] = ownMigrations): Promise<void> {
  const newest = newestVersion(migrations);
  // the usual start changes nothing, and needs no lock and no write
  if ((await readVersion(db)) === newest) return;
  await db.tx(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [advisoryLock]);
    await tx.query(
      'create table if not exists schema_migration (version int primary key, applied_at timestamptz not null)',
    );
    const current = (await readVersion(tx)) ?? 0;
    if (current > newest) {
      throw new Error(
        `Expected the database's schema to be at version ${newest} or older, got ${current}: ` +
          'a newer Millrace wrote it. Start that version, or restore a backup from before the upgrade.',
      );
    }
    await applyMigrations(tx, migrations, current);
  });
}

/** Runs those that are newer than `current`, in a transaction of the caller. */
export async function applyMigrations(tx: Queryable, migrations: readonly Migration[], current: number): Promise<void> {
  for (const { version, sql } of migrations) {
    if (version <= current) continue;
    await tx.query(sql);
    await tx.query('insert into schema_migration values ($1, now())', [version]);
  }
}

/** The version that a database has when all of these ran. */
export function newestVersion(migrations: readonly Migration[] = ownMigrations): number {
  return Math.max(0, ...migrations.map(({ version }) => version));
}

/** The version of the database's schema; nothing when it has none yet. */
export async function readVersion(db: Queryable): Promise<number | undefined> {
  const known = await db.query(
    `select 1 from pg_tables where tablename = 'schema_migration' and schemaname = current_schema()`,
  );
  if (known.rows.length === 0) return undefined;
  const { rows } = await db.query<{ version: number | null }>('select max(version) as version from schema_migration');
  return rows[0]?.version ?? undefined;
}
