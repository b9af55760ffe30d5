import { randomBytes } from 'node:crypto';
import type { Db } from '../db/db.js';

/** Returns the secret that signs upload and download URLs. All servers with the same database share it. */
export async function readSigningSecret(db: Db): Promise<Buffer> {
  return Buffer.from(await getOrCreateSetting(db, 'signing_secret', () => randomBytes(32).toString('hex')), 'hex');
}

/** Returns the value of a setting. If it does not exist, creates it from the result of `create`, unless another process does so first. */
export async function getOrCreateSetting(db: Db, name: string, create: () => string): Promise<string> {
  const existing = await findSetting(db, name);
  if (existing !== undefined) return existing;
  await db.query('insert into setting (name, value) values ($1, $2) on conflict do nothing', [name, create()]);
  return (await findSetting(db, name)) ?? '';
}

export async function findSetting(db: Db, name: string): Promise<string | undefined> {
  const { rows } = await db.query<{ value: string }>('select value from setting where name = $1', [name]);
  return rows[0]?.value;
}
