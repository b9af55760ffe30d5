import { catalogue } from 'millrace/shared/modules/catalogue.js';
import { roles, type Role } from 'millrace/shared/rules/roles.js';
import { createAccount, ensureDefaultAccount } from '../../src/accounts/accounts.js';
import { createApiKey } from '../../src/accounts/keys.js';
import { startServer, type RunningServer, type SettingsInput, type StartOptions } from '../../src/index.js';
import { openDatabase } from '../../src/store/open-database.js';
import { HostedClient } from './clients/hosted-client.js';
import { TestClock } from './test-clock.js';
import { createTestDatabase, type TestDatabase } from './database/test-database.js';
import { V1Client } from './clients/v1-client.js';

export interface TestServerOptions extends SettingsInput, Pick<StartOptions, 'onFailure' | 'logger' | 'dashboardDir'> {
  /** Modules whose steps are never executed: a run that reaches one waits. */
  readonly parked?: readonly string[];
  /** Creates a second account, whose key is `otherKey`. */
  readonly secondAccount?: boolean;
  /** The server's database, which is kept when the server closes. @default a new database, which is then removed */
  readonly database?: TestDatabase;
  /** Creates a key of each role for the server's account, as `roleKeys`. */
  readonly keyOfEachRole?: boolean;
}

export interface TestServer extends RunningServer {
  readonly clock: TestClock;
  readonly client: HostedClient;
  readonly v1: V1Client;
  /** The key of the second account; empty without one. */
  readonly otherKey: string;
  /** Empty strings without `keyOfEachRole`. */
  readonly roleKeys: Readonly<Record<Role, string>>;
  /** The URL of the server's database. Undefined on the embedded database. */
  readonly databaseUrl: string | undefined;
}

/** Starts a server on a new database and a free port, with a clock that stands still. `close` also removes its data. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { parked, secondAccount, keyOfEachRole, database: existingDatabase, ...settings } = options;
  const database = existingDatabase ?? (await createTestDatabase({ isPrepared: true }));
  const clock = new TestClock();
  try {
    const otherKey = secondAccount ? await addAccount(database, clock) : '';
    const roleKeys = await addKeys(database, clock, keyOfEachRole ? roles : []);
    const server = await startServer({
      ...database.options,
      port: 0,
      concurrency: 1,
      graceSeconds: 2,
      sweepSeconds: 0.5,
      logLevel: 'error',
      clock,
      ...(parked && { modules: catalogue.map(({ name }) => name).filter((name) => !parked.includes(name)) }),
      ...settings,
    });
    return {
      ...server,
      clock,
      client: new HostedClient(server.url, server.apiKey),
      v1: new V1Client(server.url, server.apiKey),
      otherKey,
      roleKeys,
      databaseUrl: database.options.databaseUrl,
      close: async () => {
        await server.close();
        if (!existingDatabase) await database.cleanup();
      },
    };
  } catch (error) {
    if (!existingDatabase) await database.cleanup();
    throw error;
  }
}

/** Adds the second account before the server starts, because only one process can open the embedded database. */
async function addAccount(database: TestDatabase, clock: TestClock): Promise<string> {
  const db = await openDatabase(database.options);
  try {
    // the oldest account is the server's own
    await ensureDefaultAccount(db, clock);
    clock.advance(1);
    const { id } = await createAccount(db, clock, 'other');
    return (await createApiKey(db, clock, id, { name: 'other', role: 'admin', expiresAt: null }))!.key;
  } finally {
    await db.close();
  }
}

async function addKeys(
  database: TestDatabase,
  clock: TestClock,
  chosen: readonly Role[],
): Promise<Record<Role, string>> {
  const keys = { reader: '', runner: '', operator: '', admin: '' };
  if (chosen.length === 0) return keys;
  const db = await openDatabase(database.options);
  try {
    const { id } = await ensureDefaultAccount(db, clock);
    for (const role of chosen) {
      const created = await createApiKey(db, clock, id, { name: `a-${role}`, role, expiresAt: null });
      keys[role] = created!.key;
    }
    return keys;
  } finally {
    await db.close();
  }
}
