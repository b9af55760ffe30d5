import type { WrittenBlob } from '../../blobs/blob-store.js';
import { queueOf } from '../../queue/queue.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';
import { announce } from '../notify-run.js';

/**
 * Accepts a complete upload, assigns it to its run and queues the first step.
 *
 * @param blob A blob that has been written and synced. It is deleted if unused.
 * @param version The resumable upload's version. The upload is rejected if another version has replaced it.
 * @returns False if the file was already uploaded, because only the first upload counts.
 * @throws `EngineError` `gone` if the reservation no longer exists.
 */
export async function acceptUpload(
  context: EngineContext,
  fileId: string,
  blob: WrittenBlob,
  version?: string,
): Promise<boolean> {
  return settleBlob(
    context,
    blob,
    context.db.tx((tx) => acceptInTransaction(context, tx, fileId, blob, version)),
  );
}

/**
 * Waits for the transaction that records a blob, and deletes the blob if the transaction did not use it.
 *
 * @param transaction Resolves to true if it uses the blob. Rejects with an `EngineError` only if the blob is definitely unused.
 */
export async function settleBlob(
  { blobs }: EngineContext,
  blob: WrittenBlob,
  transaction: Promise<boolean>,
): Promise<boolean> {
  const isUsed = await transaction.catch(async (error: unknown) => {
    // after any other error, the transaction may have committed, so leave the blob for the leftover sweep
    if (error instanceof EngineError) await blobs.delete(blob.key);
    throw error;
  });
  if (!isUsed) await blobs.delete(blob.key);
  return isUsed;
}

/** Accepts an upload in the caller's transaction. The caller must delete the blob if it is unused. */
export async function acceptInTransaction(
  context: EngineContext,
  tx: Queryable,
  fileId: string,
  blob: WrittenBlob,
  version?: string,
): Promise<boolean> {
  const now = context.clock.now();
  const { rows } = await tx.query<{ run_id: string; first_module: string; turn_of: string }>(
    `with accepted as (
       update file set state = 'processing', input_blob = $2, input_bytes = $3
       where id = $1 and state = 'reserved' and expires_at > $4 and ($5::text is null or upload_version = $5)
       returning id, chain, account_id || ' ' || pipeline as turn_of
     ), started as (
       update run set sequence = sequence + 1 from accepted
       where run.file_id = accepted.id and run.state = 'pending' returning run.id, run.sequence
     ), queued as (
       update task_run set queued_at = $4 from started where run_id = started.id and index = 0 returning run_id
     )
     select started.id as run_id, accepted.chain ->> 0 as first_module, turn_of,
       ${announce('started.id', 'started.sequence', 'pending')}
     from started, accepted, queued`,
    [fileId, blob.key, blob.bytes, now, version ?? null],
  );
  const [run] = rows;
  if (!run) {
    if (await wasAccepted(tx, fileId)) return false;
    throw uploadGone();
  }
  const job = { runId: run.run_id, index: 0 };
  await context.queue.send(tx, queueOf(run.first_module), [job], { turnOf: run.turn_of });
  return true;
}

/**
 * Extends a reservation during its upload, unless it was extended recently.
 *
 * @returns False if the reservation no longer exists.
 */
export async function extendReservation(context: EngineContext, fileId: string): Promise<boolean> {
  const now = context.clock.now();
  const ago = (fraction: number) => new Date(now.getTime() - context.reservationSeconds * 1000 * fraction);
  const { rows } = await context.db.query(
    `with extended as (
       update file set reserved_at = $2
       where id = $1 and state = 'reserved' and expires_at > $2 and reserved_at > $3 and reserved_at <= $4
     )
     select from file where id = $1 and state = 'reserved' and expires_at > $2 and reserved_at > $3`,
    [fileId, now, ago(1), ago(1 / 4)],
  );
  return rows.length > 0;
}

/** Whether an upload for this file has already been accepted. */
export async function wasAccepted(db: Queryable, fileId: string): Promise<boolean> {
  const { rows } = await db.query('select from file where id = $1 and input_bytes is not null', [fileId]);
  return rows.length > 0;
}

/** Returns the error for an upload whose reservation no longer exists. */
export function uploadGone(): EngineError {
  return new EngineError(
    'gone',
    'this upload is no longer expected because its reservation has expired or was cancelled',
  );
}
