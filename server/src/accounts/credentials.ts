import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from 'millrace/shared/runtime/write-atomically.js';
import type { Clock } from '../system/clock.js';
import type { Db } from '../store/db/db.js';
import { defaultAccount } from './accounts.js';
import { issueKey, KeyRing } from './keys.js';

/** The contents of `credentials.json`, which the SDK uses to find a server on the same machine. */
interface Credentials {
  readonly apiUrl: string;
  readonly apiKey: string;
}

/**
 * Ensures that `<dataDir>/credentials.json` (mode 0600) contains a valid key. An existing key is kept if it is valid.
 *
 * @returns The credentials, and whether the key is new.
 */
export async function ensureCredentials(
  db: Db,
  clock: Clock,
  dataDir: string,
  apiUrl: string,
): Promise<Credentials & { isNew: boolean }> {
  const path = join(dataDir, 'credentials.json');
  const existing = await readKey(path);
  const isValid = existing !== undefined && (await new KeyRing(db).find(existing)) !== undefined;
  const apiKey = isValid ? existing : await issueFirstKey(db, clock);
  await writeCredentials(path, { apiUrl, apiKey });
  return { apiUrl, apiKey, isNew: !isValid };
}

/** An admin key of the default account, named by the time, because an earlier one may still be valid. */
async function issueFirstKey(db: Db, clock: Clock): Promise<string> {
  const { id } = await defaultAccount(db, clock);
  return issueKey(db, clock, id, { name: `server-${clock.now().toISOString()}`, role: 'admin' });
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
