import { readSettings, type SettingsInput } from './settings/config.js';
import { openDatabase, type MillraceDatabase } from './store/open-database.js';
import { explainDataDirError } from './system/data-dir-error.js';

/** Selects a store: the embedded database in a data directory, or a PostgreSQL database. */
export type StoreOptions = Pick<SettingsInput, 'dataDir' | 'databaseUrl'>;

/**
 * Opens a store without starting a server, calls `work`, and closes the store.
 *
 * @throws `DataDirInUseError` if the embedded database is in use.
 */
export async function withStore<T>(options: StoreOptions, work: (db: MillraceDatabase) => Promise<T>): Promise<T> {
  const { dataDir, databaseUrl } = readSettings(options);
  const db = await openDatabase({ dataDir, ...(databaseUrl === undefined ? {} : { databaseUrl }) }).catch(
    (error: unknown) => {
      throw explainDataDirError(error, dataDir);
    },
  );
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}
