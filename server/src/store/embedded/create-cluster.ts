import { openPgliteDatabase } from './pglite-database.js';

/** Creates an empty database in the directory and closes it. The directory must not exist yet. */
export async function createCluster(directory: string): Promise<void> {
  const { db } = await openPgliteDatabase(directory);
  try {
    // the template databases are never used; if they existed, each would need a connection for its vacuums, which keep
    // transaction ids from running out
    await db.query(`update pg_database set datistemplate = false where datname like 'template_'`);
    await db.query('drop database template0');
    await db.query('drop database template1');
    await db.query('vacuum (freeze, analyze)');
    await db.query('checkpoint');
  } finally {
    await db.close();
  }
}
