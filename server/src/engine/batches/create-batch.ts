import { batchLimits } from 'millrace/shared/runs/batch-limits.js';
import type { Queryable } from '../../store/db/db.js';
import { getCallerKeyId } from '../../store/db/caller.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError, idempotencyKeyReused } from '../engine-error.js';
import type { ReservationRequest } from '../hosted/reservation.js';
import { notifyBatchChanged } from './batch-changes.js';

/** The default options for a batch's files. Each file can override them. */
export type BatchDefaults = Omit<ReservationRequest, 'pipeline' | 'chain' | 'fileName' | 'batch'>;

interface NewBatch {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly pipeline: string;
  readonly chain: readonly string[];
  readonly defaults: BatchDefaults;
  /** The number of files that the client expects to add, or `null` if unknown. */
  readonly expected: number | null;
}

/**
 * Creates a batch. Does nothing if the account already has a batch with the same id, pipeline and chain.
 *
 * @throws `EngineError` `conflict` if a batch with the same id has another account, pipeline or chain, or if the account has too many
 * unfinished batches.
 */
export async function createBatch(context: EngineContext, batch: NewBatch): Promise<void> {
  const { id, accountId, name, pipeline, chain, defaults, expected } = batch;
  await context.db.tx(async (tx) => {
    const { rows } = await tx.query<{ is_same: boolean }>(
      'select account_id = $2 and pipeline = $3 and chain = $4 as is_same from batch where id = $1',
      [id, accountId, pipeline, JSON.stringify(chain)],
    );
    if (rows[0]?.is_same) return;
    if (rows[0]) throw idempotencyKeyReused();
    await assertBatchLimit(tx, accountId);
    await tx.query(
      `insert into batch (id, account_id, name, pipeline, chain, defaults, key_id, expected, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
      [
        id,
        accountId,
        name,
        pipeline,
        JSON.stringify(chain),
        JSON.stringify(defaults),
        getCallerKeyId(),
        expected,
        context.clock.now(),
      ],
    );
    await notifyBatchChanged(tx, { batchId: id, account: accountId });
  });
}

async function assertBatchLimit(tx: Queryable, accountId: string): Promise<void> {
  const { rows } = await tx.query<{ open: number }>(
    'select count(*)::int as open from batch where account_id = $1 and finished_at is null',
    [accountId],
  );
  if ((rows[0]?.open ?? 0) < batchLimits.unfinished) return;
  throw new EngineError(
    'conflict',
    `Expected at most ${batchLimits.unfinished} unfinished batches per account, got one more; close or cancel some`,
  );
}
