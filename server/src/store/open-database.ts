import type { Db } from './db/db.js';
import { migrate } from './db/migrate.js';
import { openEmbedded, type OpenEmbeddedOptions } from './embedded/open-embedded.js';
import { openPostgres, type OpenPostgresOptions } from './postgres/open-postgres.js';

interface OpenDatabaseOptions extends OpenEmbeddedOptions {
  /** URL of a database on a PostgreSQL server, version 15 or newer. @default the embedded database in `<dataDir>/pg` */
  readonly databaseUrl?: string;
  /**
   * Maximum number of connections to the PostgreSQL server for statements. One more connection receives notifications.
   *
   * @default 10
   */
  readonly maxConnections?: number;
}

export interface MillraceDatabase extends Db {
  /**
   * Records the address of this Millrace server in the lock on the data directory. Does nothing if the database is on a PostgreSQL
   * server.
   */
  recordServerAddress(host: string, port: number): Promise<void>;
}

/** Opens the embedded database or connects to a PostgreSQL server, and migrates the schema to the newest version. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<MillraceDatabase> {
  const { databaseUrl } = options;
  const database =
    databaseUrl === undefined ? await openEmbedded(options) : await openPostgresDatabase({ ...options, databaseUrl });
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openPostgresDatabase(options: OpenPostgresOptions): Promise<MillraceDatabase> {
  const db = await openPostgres(options);
  return Object.assign(db, { recordServerAddress: () => Promise.resolve() });
}
