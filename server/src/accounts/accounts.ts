import { randomUUID } from 'node:crypto';
import type { Clock } from '../system/clock.js';
import { checkAccountName } from 'millrace/shared/rules/roles.js';
import { recordAuditEntry } from '../store/tables/audit.js';
import type { Db } from '../store/db/db.js';
import { insertApiKey } from './keys.js';

export interface Account {
  readonly id: string;
}

/** An account, with its number of keys. */
export interface AccountRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly keys: number;
}

/** A new account with its first key. */
export interface NewAccount extends Omit<AccountRecord, 'keys'> {
  /** An admin key named `first`. The server stores only the key's hash. */
  readonly key: string;
}

/** Thrown if an account's name is invalid or taken. */
class AccountError extends Error {
  override readonly name = 'AccountError';
}

/** An arbitrary key for the advisory lock that is held while an account is created. */
const advisoryLockKey = 0x6d696c6c;

/** Returns the default account, which is the oldest. Creates it if there are no accounts yet. */
export async function ensureDefaultAccount(db: Db, clock: Clock): Promise<Account> {
  return db.tx(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [advisoryLockKey]);
    const { rows } = await tx.query<Account>('select id from account order by created_at, id limit 1');
    if (rows[0]) return rows[0];
    const id = randomUUID();
    await tx.query("insert into account (id, name, created_at) values ($1, 'default', $2)", [id, clock.now()]);
    return { id };
  });
}

/** Creates an account without a key, for tests. Does not check the name. */
export async function createAccount(db: Db, clock: Clock, name: string): Promise<Account> {
  const id = randomUUID();
  await db.query('insert into account (id, name, created_at) values ($1, $2, $3)', [id, name, clock.now()]);
  return { id };
}

/** Creates an account with an admin key. @throws `AccountError` if the name is invalid or taken. */
export async function createAccountWithKey(db: Db, clock: Clock, name: string): Promise<NewAccount> {
  const problem = checkAccountName(name);
  if (problem !== undefined) throw new AccountError(problem);
  // create the default account first, because it must be the oldest
  await ensureDefaultAccount(db, clock);
  return db.tx(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [advisoryLockKey]);
    const { rows: taken } = await tx.query('select from account where name = $1', [name]);
    if (taken.length > 0) {
      throw new AccountError(`Expected an unused account name, got '${name}', which is taken. Choose another name.`);
    }
    const id = randomUUID();
    const now = clock.now();
    const { rows } = await tx.query<{ created_at: Date }>(
      `insert into account (id, name, created_at)
       select $1, $2, greatest($3::timestamptz, min(created_at) + interval '1 millisecond') from account returning created_at`,
      [id, name, now],
    );
    await recordAuditEntry(tx, id, { action: 'account.create', target: id, name }, now);
    const created = await insertApiKey(tx, clock, id, { name: 'first', role: 'admin', expiresAt: null });
    if (!created) throw new Error('Expected a new account to have no key');
    return { id, name, createdAt: (rows[0]?.created_at ?? now).toISOString(), key: created.key };
  });
}

/** Returns all accounts, oldest first. */
export async function listAccountRecords(db: Db): Promise<AccountRecord[]> {
  const { rows } = await db.query<Omit<AccountRecord, 'createdAt'> & { createdAt: Date }>(
    `select id, name, created_at as "createdAt", (select count(*) from api_key where account_id = account.id) as keys
     from account order by created_at, id`,
  );
  return rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: createdAt.toISOString() }));
}
