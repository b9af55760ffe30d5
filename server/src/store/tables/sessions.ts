import type { Db, Queryable } from '../db/db.js';

/** The session of a browser that signed in with a key, or a link that signs a browser in. */
export interface SessionRow {
  /** The SHA-256 hash of the token. */
  readonly hash: string;
  readonly keyId: string;
  readonly kind: 'browser' | 'link';
  readonly expiresAt: Date;
}

/** Inserts a session. Deletes the key's oldest sessions of the same kind, so that at most `max` remain, including the new one. */
export function insertSession(
  db: Db,
  { hash, keyId, kind, expiresAt }: SessionRow,
  { now, max }: { readonly now: Date; readonly max: number },
): Promise<void> {
  return db.tx(async (tx) => {
    // lock the key, so that the limit also holds for sessions that are inserted at the same time
    await tx.query('select from api_key where id = $1 for no key update', [keyId]);
    await tx.query(
      `delete from session where hash = any(array(
         select hash from session where key_id = $1 and kind = $2 order by created_at desc, hash offset $3))`,
      [keyId, kind, max - 1],
    );
    // inserts nothing if the key has been revoked in the meantime
    await tx.query(
      `insert into session (hash, key_id, kind, created_at, expires_at)
       select $1, id, $3, $4::timestamptz, $5::timestamptz from api_key where id = $2`,
      [hash, keyId, kind, now, expiresAt],
    );
  });
}

/**
 * Deletes an unexpired sign-in link, so that the link works only once.
 *
 * @returns The hash of the link's API key, or `undefined` if the link does not exist or has expired.
 */
export async function consumeSignInLink(db: Queryable, hash: string, now: Date): Promise<string | undefined> {
  const { rows } = await db.query<{ hash: string }>(
    `delete from session using api_key where session.hash = $1 and kind = 'link' and session.expires_at > $2
       and api_key.id = session.key_id returning api_key.hash`,
    [hash, now],
  );
  return rows[0]?.hash;
}

/** Deletes a browser's session if it exists. */
export async function deleteSession(db: Queryable, hash: string): Promise<void> {
  await db.query("delete from session where hash = $1 and kind = 'browser'", [hash]);
}

export async function deleteExpiredSessions(db: Queryable, now: Date): Promise<void> {
  await db.query('delete from session where expires_at <= $1', [now]);
}
