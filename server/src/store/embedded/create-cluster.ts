import { openPgliteDatabase } from './pglite-database.js';

/** Creates an empty database in the directory, which must not exist yet, and closes it. */
export async function createCluster(directory: string): Promise<void> {
  const { db } = await openPgliteDatabase(directory);
  try {
    // nobody creates databases from the templates. They would have to be vacuumed before transaction ids run out, which is
    // possible only from inside them
    await db.query(`update pg_database set datistemplate = false where datname like 'template_'`);
    await db.query('drop database template0');
    await db.query('drop database template1');
    await db.query('vacuum (freeze, analyze)');
    await db.query('checkpoint');
  } finally {
    await db.close();
  }
}
