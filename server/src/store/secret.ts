import { randomBytes } from 'node:crypto';
import type { Db } from './db.js';

/** The key that signs upload and download addresses: one for all servers on this store, made once. */
export async function signingSecret(db: Db): Promise<Buffer> {
  await db.query("insert into setting (name, value) values ('signing_secret', $1) on conflict do nothing", [
    randomBytes(32).toString('hex'),
  ]);
  const { rows } = await db.query<{ value: string }>("select value from setting where name = 'signing_secret'");
  return Buffer.from(rows[0]?.value ?? '', 'hex');
}
