import type { Queryable } from '../../store/db/db.js';
import { recordAuditEntry } from '../../store/tables/audit.js';
import type { BatchHead } from '../../store/tables/batches/batches.js';
import type { Access } from '../../store/tables/access.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';
import { notifyBatchChanged } from './batch-changes.js';

/**
 * Checks that the request may change a batch.
 *
 * @throws `EngineError` `forbidden` if another key created the batch and the request may change only its own key's batches.
 */
export function assertOwnBatch({ ownKeyId }: Access, { id, keyId }: Pick<BatchHead, 'id' | 'keyId'>): void {
  if (ownKeyId === null || keyId === ownKeyId) return;
  throw new EngineError(
    'forbidden',
    `Another key created batch ${id}. Changing it requires the role operator or admin.`,
  );
}

/**
 * Closes a batch, so that no more files can be added. Does nothing if the batch is already closed.
 *
 * @param skipped The number of files that the client did not send.
 */
export async function closeBatch(
  context: EngineContext,
  account: string,
  batchId: string,
  skipped: number,
): Promise<void> {
  await context.db.tx(async (tx) => {
    const { affected } = await tx.query(
      'update batch set closed_at = $3, skipped = $4 where id = $1 and account_id = $2 and closed_at is null',
      [batchId, account, context.clock.now(), skipped],
    );
    if (affected > 0) await notifyBatchChanged(tx, { batchId, account });
  });
}

/**
 * Closes a batch and marks it as cancelled. The batch supervisor then cancels its unfinished runs. Does nothing if the batch was
 * already cancelled.
 *
 * @throws `EngineError` `conflict` if the batch has ended without being cancelled.
 */
export async function cancelBatch(context: EngineContext, account: string, batchId: string): Promise<void> {
  const now = context.clock.now();
  await context.db.tx(async (tx) => {
    const { rows } = await tx.query<{ name: string; pipeline: string }>(
      `update batch set closed_at = coalesce(closed_at, $3), cancelled_at = $3
       where id = $1 and account_id = $2 and finished_at is null and cancelled_at is null returning name, pipeline`,
      [batchId, account, now],
    );
    const [batch] = rows;
    if (!batch) {
      if (await isCancelled(tx, batchId)) return;
      throw new EngineError('conflict', `batch ${batchId} has ended, so it cannot be cancelled`);
    }
    await recordAuditEntry(tx, account, { action: 'batch.cancel', target: batchId, ...batch }, now);
    await notifyBatchChanged(tx, { batchId, account });
  });
}

async function isCancelled(tx: Queryable, batchId: string): Promise<boolean> {
  const { rows } = await tx.query('select from batch where id = $1 and cancelled_at is not null', [batchId]);
  return rows.length > 0;
}

/** How long a batch can stay open without a new file, in milliseconds. */
const abandonedAfterMs = 24 * 3_600_000;

/** Closes batches that have received no file for {@link abandonedAfterMs}, so that they can end. */
export async function closeAbandonedBatches({ db, clock }: Pick<EngineContext, 'db' | 'clock'>): Promise<void> {
  const now = clock.now();
  await db.tx(async (tx) => {
    const { rows } = await tx.query<{ id: string; account_id: string }>(
      `update batch set closed_at = $1 where closed_at is null and finished_at is null and created_at <= $2
         and not exists (select from run where batch_id = batch.id and created_at > $2) returning id, account_id`,
      [now, new Date(now.getTime() - abandonedAfterMs)],
    );
    for (const { id, account_id: account } of rows) await notifyBatchChanged(tx, { batchId: id, account });
  });
}
