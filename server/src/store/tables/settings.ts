import { randomBytes } from 'node:crypto';
import type { Db } from '../db/db.js';

/** Returns the key that signs upload and download URLs. All servers that use this store share the key. */
export async function signingSecret(db: Db): Promise<Buffer> {
  return Buffer.from(await permanentSetting(db, 'signing_secret', () => randomBytes(32).toString('hex')), 'hex');
}

/** Returns a permanent setting. The first server that uses the store creates it with `make`. */
export async function permanentSetting(db: Db, name: string, make: () => string): Promise<string> {
  const known = await findSetting(db, name);
  if (known !== undefined) return known;
  await db.query('insert into setting (name, value) values ($1, $2) on conflict do nothing', [name, make()]);
  return (await findSetting(db, name)) ?? '';
}

export async function findSetting(db: Db, name: string): Promise<string | undefined> {
  const { rows } = await db.query<{ value: string }>('select value from setting where name = $1', [name]);
  return rows[0]?.value;
}
