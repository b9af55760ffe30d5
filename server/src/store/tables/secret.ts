import { randomBytes } from 'node:crypto';
import type { Db } from '../db/db.js';
import { lastingValue } from './lasting-value.js';

/** The key that signs upload and download addresses: one for all servers on this store. */
export async function signingSecret(db: Db): Promise<Buffer> {
  return Buffer.from(await lastingValue(db, 'signing_secret', () => randomBytes(32).toString('hex')), 'hex');
}
