import { openPgliteDatabase } from './pglite-database.js';

/** Creates an empty database in the directory, which must not exist yet, and closes the database. */
export async function createCluster(directory: string): Promise<void> {
  const { db } = await openPgliteDatabase(directory);
  try {
    // drop the unused template databases: otherwise, each would need regular vacuuming over its own connection to prevent transaction
    // id wraparound
    await db.query(`update pg_database set datistemplate = false where datname like 'template_'`);
    await db.query('drop database template0');
    await db.query('drop database template1');
    await db.query('vacuum (freeze, analyze)');
    await db.query('checkpoint');
  } finally {
    await db.close();
  }
}
