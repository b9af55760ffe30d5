import pg from 'pg';
import { ListenConnection } from './listen-connection.js';
import { DatabaseUnavailableError } from '../db/database-unavailable.js';
import { PoolDb, setUpSession } from '../db/pool-db.js';
import { valueTypes } from '../db/value-types.js';

const minVersion = 15;

export interface OpenPostgresOptions {
  readonly databaseUrl: string;
  /** Maximum number of connections for statements. One more connection receives notifications. @default 10 */
  readonly maxConnections?: number;
}

/** Connects to a database on a PostgreSQL server. @throws If the connection fails, or if the server is older than PostgreSQL 15. */
export async function openPostgres({ databaseUrl, maxConnections = 10 }: OpenPostgresOptions): Promise<PoolDb> {
  const config: pg.ClientConfig = {
    connectionString: databaseUrl,
    application_name: 'millrace',
    connectionTimeoutMillis: 30_000,
    types: valueTypes,
  };
  const pool = new pg.Pool({
    ...config,
    max: maxConnections,
    keepAlive: true,
    pipeline: true,
    onConnect: setUpSession,
  });
  // ignore connection errors: the running statement fails, and the pool replaces the connection. An unhandled `error` event would crash
  // the process
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new PoolDb({
    backend: 'postgres',
    pool,
    notifications: new ListenConnection(config),
    // leave the other connections for other accounts and for background jobs
    connectionsPerAccount: Math.max(1, maxConnections - 3),
    cancel: (processId) => cancelStatement(config, processId),
    onClose: () => Promise.resolve(),
  });
  try {
    await assertSupportedVersion(db);
    return db;
  } catch (error) {
    await db.close();
    throw explainConnectionError(error, databaseUrl);
  }
}

/** Cancels a connection's running statement. Uses a separate connection, because all connections in the pool can be busy. */
async function cancelStatement(config: pg.ClientConfig, processId: number): Promise<void> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select pg_cancel_backend($1)', [processId]);
  } finally {
    await client.end();
  }
}

const noSuchDatabase = '3D000';
/** The SQLSTATEs of a rejected login: invalid authorization, invalid password, and insufficient privilege. */
const rejectedLoginStates = new Set(['28000', '28P01', '42501']);

async function assertSupportedVersion(db: PoolDb): Promise<void> {
  const { rows } = await db.query<{ version: number; name: string }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as name`,
  );
  const [server] = rows;
  if (server !== undefined && server.version < minVersion * 10_000) {
    throw new Error(
      `Expected PostgreSQL ${minVersion} or newer, got ${server.name}. Point DATABASE_URL to a newer server.`,
    );
  }
}

/**
 * Replaces a known connection error with an error that states the server's address and how to fix the problem. Returns any other error,
 * or the cause of a `DatabaseUnavailableError`. The new message omits the URL, which can contain a password.
 */
function explainConnectionError(thrown: unknown, databaseUrl: string): unknown {
  const error = thrown instanceof DatabaseUnavailableError ? thrown.cause : thrown;
  const { code, message } = error as { code?: string; message: string };
  if (code === undefined) return error;
  const { host, port, database, user } = new pg.Client({ connectionString: databaseUrl });
  if (code === noSuchDatabase) {
    return new Error(
      `Expected DATABASE_URL to name a database, but the server at ${host}:${port} has none called "${database}". ` +
        'Create it (createdb), or correct the URL.',
      { cause: error },
    );
  }
  if (rejectedLoginStates.has(code)) {
    return new Error(
      `Expected the PostgreSQL server at ${host}:${port} to accept the user "${user}", but it responded: ${message}. ` +
        'Correct the user, the password or the options in DATABASE_URL.',
      { cause: error },
    );
  }
  if (!/^E[A-Z]+$/.test(code)) return error;
  return new Error(
    `Expected DATABASE_URL to point to a reachable PostgreSQL server, got ${code} from ${host}:${port}/${database}` +
      `${message === '' ? '' : ` (${message})`}. Start the server, or correct the URL.`,
    { cause: error },
  );
}
