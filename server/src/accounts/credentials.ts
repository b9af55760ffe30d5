import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from 'millrace/shared/runtime/write-atomically.js';
import type { Clock } from '../system/clock.js';
import type { Db } from '../store/db/db.js';
import { defaultAccount, issueKey, KeyRing } from './accounts.js';

/** The content of `credentials.json`, by which the SDK on the same machine finds the server. */
interface Credentials {
  readonly apiUrl: string;
  readonly apiKey: string;
}

/**
 * Makes sure that `<dataDir>/credentials.json` (0600) contains a valid key. Keeps an existing one if it is valid.
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
  const earlier = await readKey(path);
  const works = earlier !== undefined && (await new KeyRing(db).find(earlier)) !== undefined;
  const apiKey = works ? earlier : await issueKey(db, clock, (await defaultAccount(db, clock)).id);
  await writeCredentials(path, { apiUrl, apiKey });
  return { apiUrl, apiKey, isNew: !works };
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
