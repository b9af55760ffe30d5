import type { Db } from './db/db.js';
import { migrate } from './db/migrate.js';
import { openEmbedded } from './embedded/open-embedded.js';
import { openPostgres, type OpenPostgresOptions } from './postgres/open-postgres.js';

export interface OpenDatabaseOptions {
  /** A PostgreSQL server, 15 or newer. @default the embedded database in `<dataDir>/pg` */
  readonly databaseUrl?: string;
  readonly dataDir: string;
  /** Connections to the PostgreSQL server; one more listens. @default 10 */
  readonly maxConnections?: number;
  /** Called when the embedded database stopped by itself: every statement fails from then on. */
  readonly onFailure?: (error: Error) => void;
}

export interface OpenDatabase extends Db {
  /** Tells whoever is refused the data directory where its owner serves. Does nothing on a PostgreSQL server. */
  recordServer(host: string, port: number): Promise<void>;
}

/** Opens the database that the options name, and brings its schema to the code's version. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  const { databaseUrl } = options;
  const database =
    databaseUrl === undefined ? await openEmbedded(options) : await openServer({ ...options, databaseUrl });
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openServer(options: OpenPostgresOptions): Promise<OpenDatabase> {
  const db = await openPostgres(options);
  return Object.assign(db, { recordServer: () => Promise.resolve() });
}
