import { batchLimits } from 'millrace/shared/runs/batch-limits.js';
import { generateRunName } from 'millrace/shared/runs/run-name.js';
import type { Queryable } from '../../store/db/db.js';
import { getCallerKeyId } from '../../store/db/caller.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError, idempotencyKeyReused } from '../engine-error.js';
import { hashRequest } from '../hosted/idempotency.js';
import type { ReservationRequest } from '../hosted/reservation.js';
import { notifyBatchChanged } from './batch-changes.js';

/** The default options for a batch's files. Each file can override them. */
export type BatchDefaults = Omit<ReservationRequest, 'pipeline' | 'chain' | 'fileName' | 'batch'>;

interface NewBatch {
  readonly id: string;
  readonly accountId: string;
  /** @default a generated name */
  readonly name: string | undefined;
  readonly pipeline: string;
  readonly chain: readonly string[];
  readonly defaults: BatchDefaults;
  /** The number of files that the client expects to add, or `null` if unknown. */
  readonly expected: number | null;
}

/**
 * Creates a batch. Does nothing if the same request has already created the batch.
 *
 * @throws `EngineError` `conflict` if a different request has created a batch with the same id, or if the account has too many unfinished
 * batches.
 */
export async function createBatch(context: EngineContext, batch: NewBatch): Promise<void> {
  const { id, accountId, name, pipeline, chain, defaults, expected } = batch;
  await context.db.tx(async (tx) => {
    // insert first, so that if two requests arrive at the same time, the second waits for the first and is compared with it
    const { affected } = await tx.query(
      `insert into batch (id, account_id, name, pipeline, chain, defaults, key_id, expected, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
      [
        id,
        accountId,
        name ?? generateRunName(),
        pipeline,
        JSON.stringify(chain),
        JSON.stringify(defaults),
        getCallerKeyId(),
        expected,
        context.clock.now(),
      ],
    );
    if (affected === 0) return assertSameRequest(tx, batch);
    await assertBatchLimit(tx, accountId);
    await notifyBatchChanged(tx, { batchId: id, account: accountId });
  });
}

async function assertSameRequest(tx: Queryable, { id, accountId, ...request }: NewBatch): Promise<void> {
  const { rows } = await tx.query<typeof request & { readonly name: string }>(
    'select name, pipeline, chain, defaults, expected from batch where id = $1 and account_id = $2',
    [id, accountId],
  );
  const [earlier] = rows;
  const hash = ({ defaults, ...rest }: typeof request): string => hashRequest({ ...defaults, ...rest });
  // if the request has no name, a new name is generated each time
  if (earlier && hash(earlier) === hash({ ...request, name: request.name ?? earlier.name })) return;
  throw idempotencyKeyReused();
}

/** @throws `EngineError` `conflict` if the new batch exceeds the account's limit on unfinished batches. */
async function assertBatchLimit(tx: Queryable, accountId: string): Promise<void> {
  const { rows } = await tx.query<{ open: number }>(
    'select count(*)::int as open from batch where account_id = $1 and finished_at is null',
    [accountId],
  );
  if ((rows[0]?.open ?? 0) <= batchLimits.unfinished) return;
  throw new EngineError(
    'conflict',
    `Expected at most ${batchLimits.unfinished} unfinished batches per account, got one more; close or cancel some`,
  );
}
