import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from 'millrace/shared/runtime/write-atomically.js';
import type { Clock } from '../system/clock.js';
import type { Db } from '../store/db/db.js';
import { ensureDefaultAccount } from './accounts.js';
import { createApiKey, CredentialLookup } from './keys.js';

/** The contents of `credentials.json`, which the SDK uses to find a server on the same machine. */
interface Credentials {
  readonly apiUrl: string;
  readonly apiKey: string;
}

/**
 * Writes `apiUrl` and a valid key to `<dataDir>/credentials.json` (mode 0600). Keeps the key in the file if it is valid.
 *
 * @param firstKey The key to use if the file has no valid key. It is created if the default account has no keys yet. Otherwise, it is
 * used only if it already exists and has not expired.
 * @returns The credentials, and whether this call generated the key.
 * @throws `FirstKeyError` if `firstKey` needs to be created but is malformed.
 */
export async function ensureCredentials(
  db: Db,
  clock: Clock,
  dataDir: string,
  apiUrl: string,
  firstKey?: string,
): Promise<Credentials & { isNew: boolean }> {
  const path = join(dataDir, 'credentials.json');
  const keys = new CredentialLookup(db, clock);
  const isValid = async (key: string | undefined) => key !== undefined && (await keys.find(key)) !== undefined;
  const storedKey = await readKey(path);
  if (firstKey !== undefined && !(await isValid(storedKey))) await createFirstKey(db, clock, firstKey);
  const validKey = (await isValid(storedKey)) ? storedKey : (await isValid(firstKey)) ? firstKey : undefined;
  const apiKey = validKey ?? (await createServerKey(db, clock));
  await writeCredentials(path, { apiUrl, apiKey });
  return { apiUrl, apiKey, isNew: validKey === undefined };
}

/** Thrown if `firstKey` does not consist of 32 to 200 printable ASCII characters without spaces. */
class FirstKeyError extends Error {
  override readonly name = 'FirstKeyError';
}

/** Creates `key` as an admin key of the default account, unless the account has a key. @throws `FirstKeyError` if `key` is malformed. */
async function createFirstKey(db: Db, clock: Clock, key: string): Promise<void> {
  const { id } = await ensureDefaultAccount(db, clock);
  const { rows } = await db.query('select 1 from api_key where account_id = $1 limit 1', [id]);
  if (rows.length > 0) return;
  if (!/^[\x21-\x7e]{32,200}$/.test(key)) {
    throw new FirstKeyError(
      `Expected the first API key to be 32 to 200 random ASCII characters without spaces, such as a UUID, got ${key.length} characters`,
    );
  }
  await createApiKey(db, clock, id, { name: 'first', role: 'admin', expiresAt: null, key });
}

/** Creates an admin key for the default account. The key's name is random, because keys created at earlier starts may still exist. */
async function createServerKey(db: Db, clock: Clock): Promise<string> {
  const { id } = await ensureDefaultAccount(db, clock);
  const name = `server-${randomUUID().slice(0, 8)}`;
  const created = await createApiKey(db, clock, id, { name, role: 'admin', expiresAt: null });
  return created?.key ?? createServerKey(db, clock);
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    const content: unknown = JSON.parse(await readFile(path, 'utf8'));
    const key = (content as Partial<Credentials> | null)?.apiKey;
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}

async function writeCredentials(path: string, credentials: Credentials): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  await writeAtomically(path, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
}
