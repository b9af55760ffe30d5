import { randomUUID } from 'node:crypto';
import type { Queryable } from '../../src/store/db/db.js';

/** Adds an account with one file that is ready, and returns their ids. */
export async function addFile(db: Queryable): Promise<{ accountId: string; fileId: string }> {
  const [accountId, fileId] = [randomUUID(), randomUUID()];
  await db.query(`insert into account (id, name, created_at) values ($1, 'tester', now())`, [accountId]);
  await db.query(
    `insert into file (id, account_id, pipeline, chain, chain_key, selections, file_name, directory, tags, description,
       name_key, directory_key, tag_keys, state, reserved_at, expires_at)
     values ($1, $2, 'words', '["keyword-db"]', 'keyword-db', '{}', 'a.txt', '/', '[]', '',
       'a.txt', '/', '[]', 'ready', now(), now())`,
    [fileId, accountId],
  );
  return { accountId, fileId };
}
