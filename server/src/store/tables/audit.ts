import { randomUUID } from 'node:crypto';
import type { AuditAction, AuditEntry } from 'millrace/shared/types/audit.js';
import { getCallerOrigin } from '../db/caller.js';
import type { Queryable } from '../db/db.js';

/** Maximum number of entries per account. If there are more, the oldest are deleted. */
const maxAuditEntries = 1_000_000;

/** Maximum number of entries that one statement of {@link deleteOldAuditEntries} deletes. */
const deletionBatchSize = 1000;

/** A change to record in the audit log. Its fields must not contain secrets. */
interface Change extends Pick<AuditEntry, 'action' | 'target' | 'name'> {
  readonly pipeline?: string;
  readonly details?: AuditEntry['details'];
}

/**
 * Records a change in the audit log. Must run in the same transaction as the change. For a change outside a request, such as the creation
 * of the first key, the entry has no key and no address.
 */
export async function recordAuditEntry(
  tx: Queryable,
  accountId: string,
  { action, target, name, pipeline, details }: Change,
  now: Date,
): Promise<void> {
  const origin = getCallerOrigin();
  await tx.query(
    `insert into audit (id, account_id, at, action, target, name, pipeline, details, key_id, key_name, address)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      randomUUID(),
      accountId,
      now,
      action,
      target,
      name,
      pipeline ?? null,
      details ? JSON.stringify(details) : null,
      origin?.keyId ?? null,
      origin?.keyName ?? null,
      origin?.address ?? null,
    ],
  );
}

/** Records one entry per deleted file in the audit log. Must run in the same transaction as the deletion. */
export async function recordFileDeletions(
  tx: Queryable,
  accountId: string,
  pipeline: string,
  files: readonly { readonly id: string; readonly path: string }[],
  now: Date,
): Promise<void> {
  const origin = getCallerOrigin();
  await tx.query(
    `insert into audit (id, account_id, at, action, target, name, pipeline, key_id, key_name, address)
     select gen_random_uuid(), $1, $2, 'file.delete', id, path, $3, $4, $5, $6 from unnest($7::uuid[], $8::text[]) file (id, path)`,
    [
      accountId,
      now,
      pipeline,
      origin?.keyId ?? null,
      origin?.keyName ?? null,
      origin?.address ?? null,
      files.map((file) => file.id),
      files.map((file) => file.path),
    ],
  );
}

/** Records a change to a run. The caller must hold a lock on the run. Returns `false` if the run is not in the account. */
export async function recordRunAuditEntry(
  tx: Queryable,
  accountId: string,
  action: Extract<AuditAction, `run.${string}`>,
  runId: string,
  now: Date,
  details?: AuditEntry['details'],
): Promise<boolean> {
  const { rows } = await tx.query<{ name: string; pipeline: string }>(
    'select name, of as pipeline from run where id = $1 and account_id = $2',
    [runId, accountId],
  );
  const [run] = rows;
  if (run) await recordAuditEntry(tx, accountId, { action, target: runId, ...run, ...(details && { details }) }, now);
  return run !== undefined;
}

interface AuditFilter {
  readonly action?: AuditAction | undefined;
  /** The name or id of the key. */
  readonly key?: string | undefined;
  /** If set, only changes at or after this time are listed. */
  readonly since?: Date | undefined;
  readonly limit: number;
  /** The position of the previous page's last entry. */
  readonly after?: AuditPosition | undefined;
}

interface AuditPosition {
  readonly createdAt: string;
  readonly id: string;
}

interface AuditRow extends Pick<AuditEntry, 'id' | 'action' | 'target' | 'name' | 'pipeline' | 'details' | 'address'> {
  readonly at: Date;
  /** `at` in PostgreSQL's text format, which is precise to the microsecond. */
  readonly at_text: string;
  readonly key_id: string | null;
  readonly key_name: string | null;
}

/** Returns a page of an account's audit log, newest entries first. */
export async function listAuditEntries(
  db: Queryable,
  accountId: string,
  { action, key, since, limit, after }: AuditFilter,
): Promise<{ items: AuditEntry[]; next: AuditPosition | undefined }> {
  const params: unknown[] = [accountId];
  const bind = (value: unknown) => `$${params.push(value)}`;
  const keyParam = key === undefined ? '' : bind(key);
  const conditions = [
    action !== undefined && `action = ${bind(action)}`,
    key !== undefined && `(key_name = ${keyParam} or key_id::text = lower(${keyParam}))`,
    since && `at >= ${bind(since)}`,
    after && `(at, id) < (${bind(after.createdAt)}::timestamptz, ${bind(after.id)}::uuid)`,
  ].filter((condition) => typeof condition === 'string');
  const { rows } = await db.query<AuditRow>(
    `select id, at, at::text as at_text, action, target, name, pipeline, details, key_id, key_name, address from audit
     where account_id = $1 ${conditions.map((condition) => `and ${condition}`).join(' ')}
     order by at desc, id desc limit ${bind(limit + 1)}`,
    params,
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ at, at_text: _, key_id, key_name, ...row }) => ({
      ...row,
      at: at.toISOString(),
      key: key_id === null || key_name === null ? null : { id: key_id, name: key_name },
    })),
    next: rows.length > limit && last ? { createdAt: last.at_text, id: last.id } : undefined,
  };
}

/**
 * Deletes the entries at or before the cutoff. Looks up each account's entries separately, because the table has no index on the time
 * alone: PostgreSQL would also use such an index to list one account's entries, and would then read the entries of all accounts.
 */
export async function deleteOldAuditEntries(db: Queryable, cutoff: Date): Promise<void> {
  for (let deleted = deletionBatchSize; deleted === deletionBatchSize;) {
    const { affected } = await db.query(
      `delete from audit where id = any(array(
         select old.id from account cross join lateral (
           select id from audit where account_id = account.id and at <= $1 order by at, id limit ${deletionBatchSize}
         ) old limit ${deletionBatchSize}))`,
      [cutoff],
    );
    deleted = affected;
  }
}

/** Deletes the oldest entries of accounts that have more than `max`. */
export async function trimAuditLog(db: Queryable, max = maxAuditEntries): Promise<void> {
  await db.query(
    // the array and `offset 0` make PostgreSQL find the rows to delete by index instead of reading the whole table
    `delete from audit where id = any(array(
       select excess.id from account cross join lateral (
         select at, id from audit where account_id = account.id order by at desc, id desc offset $1 limit 1
       ) newest_excess cross join lateral (
         select id from audit where account_id = account.id and (at, id) <= (newest_excess.at, newest_excess.id) offset 0
       ) excess))`,
    [max],
  );
}
