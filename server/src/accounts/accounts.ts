import { randomUUID } from 'node:crypto';
import type { Clock } from '../system/clock.js';
import type { Db } from '../store/db/db.js';

export interface Account {
  readonly id: string;
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
