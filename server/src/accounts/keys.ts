import { createHash, randomUUID } from 'node:crypto';
import type { Role } from 'millrace/shared/rules/roles.js';
import type { Clock } from '../system/clock.js';
import type { Db, Queryable } from '../store/db/db.js';

/** A valid API key, without its secret. */
export interface ApiKey {
  readonly id: string;
  /** Unique among an account's keys. */
  readonly name: string;
  readonly accountId: string;
  readonly role: Role;
}

/** Hashes a key without a salt. Keys are random UUIDs, as clients require, so the hash cannot be reversed by guessing. */
function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

interface NewKey {
  readonly name: string;
  readonly role: Role;
}

/** Creates a key for an account. Only its hash is stored. @returns The key's secret. */
export async function issueKey(
  db: Queryable,
  clock: Clock,
  accountId: string,
  { name, role }: NewKey,
): Promise<string> {
  const key = randomUUID();
  await db.query('insert into api_key (id, hash, account_id, name, role, created_at) values ($1, $2, $3, $4, $5, $6)', [
    randomUUID(),
    hashKey(key),
    accountId,
    name,
    role,
    clock.now(),
  ]);
  return key;
}

/** How long a key that was found counts as valid, in milliseconds. A revoked key is refused within a second on every server. */
const cacheMs = 900;
const cacheSize = 1000;

/** Looks up keys by their secret. */
export class KeyRing {
  readonly #db: Db;
  readonly #cache = new Map<string, { key: ApiKey; until: number }>();

  constructor(db: Db) {
    this.#db = db;
  }

  async find(secret: string): Promise<ApiKey | undefined> {
    const hash = hashKey(secret);
    const cached = this.#cache.get(hash);
    if (cached && cached.until > performance.now()) return cached.key;
    const { rows } = await this.#db.query<ApiKey>(
      'select id, name, account_id as "accountId", role from api_key where hash = $1',
      [hash],
    );
    const [key] = rows;
    if (!key) {
      this.#cache.delete(hash);
      return undefined;
    }
    if (this.#cache.size >= cacheSize) this.#cache.clear();
    this.#cache.set(hash, { key, until: performance.now() + cacheMs });
    return key;
  }
}
