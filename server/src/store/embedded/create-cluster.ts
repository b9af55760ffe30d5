import { openPgliteDatabase } from './pglite-database.js';

/** Makes an empty database in the directory, which must not exist yet, and closes it. */
export async function createCluster(directory: string): Promise<void> {
  const { db } = await openPgliteDatabase(directory);
  try {
    // nobody makes databases from the templates; left in, they would have to be vacuumed, which nothing can do from
    // outside them, or transaction ids would run out one day
    await db.query(`update pg_database set datistemplate = false where datname like 'template_'`);
    await db.query('drop database template0');
    await db.query('drop database template1');
    await db.query('vacuum (freeze, analyze)');
    await db.query('checkpoint');
  } finally {
    await db.close();
  }
}
