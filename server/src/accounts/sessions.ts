import { randomBytes } from 'node:crypto';
import type { Clock } from '../system/clock.js';
import type { Db } from '../store/db/db.js';
import { deleteSession, insertSession, consumeSignInLink, type SessionRow } from '../store/tables/sessions.js';
import { hashSecret, type ApiKey } from './keys.js';

/** Maximum number of signed-in browsers, and of unused links, per key. At the maximum, a new one replaces the oldest. */
const maxPerKey = { browser: 100, link: 20 } as const;

/** How long a link is valid, in seconds. */
const linkSeconds = 300;

/** A new token and its expiry. The server stores only the token's hash. */
export interface NewToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Signs a browser in with a key, for `seconds` or until the key expires, whichever is earlier. */
export function startSession(db: Db, clock: Clock, key: ApiKey, seconds: number): Promise<NewToken> {
  return createToken(db, clock, key, 'browser', seconds);
}

/** Creates the token for a link that signs one browser in with a key. */
export function createSignInLink(db: Db, clock: Clock, key: ApiKey): Promise<NewToken> {
  return createToken(db, clock, key, 'link', linkSeconds);
}

/** Redeems a link, which works only once. @returns The hash of the link's API key, or `undefined` if the link is invalid or expired. */
export function redeemSignInLink(db: Db, clock: Clock, token: string): Promise<string | undefined> {
  return consumeSignInLink(db, hashSecret(token), clock.now());
}

/** Signs a browser out. */
export function endSession(db: Db, token: string): Promise<void> {
  return deleteSession(db, hashSecret(token));
}

async function createToken(
  db: Db,
  clock: Clock,
  key: ApiKey,
  kind: SessionRow['kind'],
  seconds: number,
): Promise<NewToken> {
  const now = clock.now();
  const latestExpiry = new Date(now.getTime() + seconds * 1000);
  const expiresAt = key.expiresAt !== null && key.expiresAt < latestExpiry ? key.expiresAt : latestExpiry;
  const token = randomBytes(32).toString('base64url');
  const session = { hash: hashSecret(token), keyId: key.id, kind, expiresAt };
  await insertSession(db, session, { now, max: maxPerKey[kind] });
  return { token, expiresAt };
}
