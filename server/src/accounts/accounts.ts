import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../system/clock.js';
import type { Db } from '../store/db/db.js';

export interface Account {
  readonly id: string;
}

/** Hashes a key without a salt. Keys are random UUIDs, as clients require, so the hash cannot be reversed by guessing. */
function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Creates a key for an account. Only its hash is stored. */
export async function issueKey(db: Db, clock: Clock, accountId: string): Promise<string> {
  const key = randomUUID();
  await db.query('insert into api_key (hash, account_id, created_at) values ($1, $2, $3)', [
    hashKey(key),
    accountId,
    clock.now(),
  ]);
  return key;
}

/** Returns the oldest account, creating it on the first call. */
export async function defaultAccount(db: Db, clock: Clock): Promise<Account> {
  return db.tx(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [0x6d696c6c]);
    const { rows } = await tx.query<Account>('select id from account order by created_at, id limit 1');
    if (rows[0]) return rows[0];
    const id = randomUUID();
    await tx.query("insert into account (id, name, created_at) values ($1, 'default', $2)", [id, clock.now()]);
    return { id };
  });
}

/** Creates an account, which is isolated from all others. */
export async function createAccount(db: Db, clock: Clock, name: string): Promise<Account> {
  const id = randomUUID();
  await db.query('insert into account (id, name, created_at) values ($1, $2, $3)', [id, name, clock.now()]);
  return { id };
}

const cacheMs = 5000;
const cacheSize = 1000;

/** Looks up accounts by key. Results are cached for a few seconds. */
export class KeyRing {
  readonly #db: Db;
  readonly #cache = new Map<string, { account: Account; until: number }>();

  constructor(db: Db) {
    this.#db = db;
  }

  async find(key: string): Promise<Account | undefined> {
    const hash = hashKey(key);
    const cached = this.#cache.get(hash);
    if (cached && cached.until > Date.now()) return cached.account;
    const { rows } = await this.#db.query<{ account_id: string }>('select account_id from api_key where hash = $1', [
      hash,
    ]);
    const [row] = rows;
    if (!row) {
      this.#cache.delete(hash);
      return undefined;
    }
    if (this.#cache.size >= cacheSize) this.#cache.clear();
    const account = { id: row.account_id };
    this.#cache.set(hash, { account, until: Date.now() + cacheMs });
    return account;
  }
}
