import { randomUUID } from 'node:crypto';
import type { WrittenBlob } from '../../blobs/blob-store.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';
import { acceptInTransaction, settleBlob } from './accept-upload.js';
import { findEarlierRequest, hashRequest, reuseReservation, storeRequest, type IdempotencyKey } from './idempotency.js';
import { insertReservation } from './insert-reservation.js';
import type { Reservation, ReservationRequest } from './reservation.js';
import { findConflicts, settleConflicts } from './reservation-conflicts.js';

/**
 * Reserves a symbolic path for a file that will be uploaded later, and creates its run.
 *
 * @param idempotencyKey Repeating a request with the same key returns the same reservation, or a new one if its run has failed.
 * @throws `EngineError` `chain_conflict`, `already_exists`, `too_many_runs`, `conflict`.
 */
export async function reserve(
  context: EngineContext,
  accountId: string,
  request: ReservationRequest,
  idempotencyKey?: IdempotencyKey,
): Promise<Reservation> {
  return context.db.tx((tx) => reserveInTransaction(context, tx, accountId, request, idempotencyKey));
}

/**
 * Reserves a symbolic path for a file whose content is already available, and starts its run.
 *
 * @param blob A blob that has been written and synced. It is deleted if the request is rejected or repeats an earlier one.
 * @throws `EngineError` for the same reasons as {@link reserve}; `gone` if the reservation no longer exists; `conflict` if the
 * key was used for a file with a different length.
 */
export async function reserveWithContent(
  context: EngineContext,
  accountId: string,
  request: ReservationRequest,
  idempotencyKey: IdempotencyKey | undefined,
  blob: WrittenBlob,
): Promise<Reservation> {
  const result = reserveAndStart(context, accountId, request, idempotencyKey, blob);
  const isUsed = await settleBlob(
    context,
    blob,
    result.then((run) => run.isUsed),
  );
  const { reservation } = await result;
  if (!isUsed) await assertSameContent(context, reservation.fileId, blob);
  return reservation;
}

async function reserveAndStart(
  context: EngineContext,
  accountId: string,
  request: ReservationRequest,
  idempotencyKey: IdempotencyKey | undefined,
  blob: WrittenBlob,
): Promise<{ reservation: Reservation; isUsed: boolean }> {
  const accept = async (tx: Queryable, reservation: Reservation) => ({
    reservation,
    isUsed: await acceptInTransaction(context, tx, reservation.fileId, blob),
  });
  if (context.db.backend === 'postgres') {
    // use two transactions, so that the pipeline is not locked during the sync to disk. The second one also syncs the first
    const reservation = await context.db.tx(
      (tx) => reserveInTransaction(context, tx, accountId, request, idempotencyKey),
      { durable: false },
    );
    return context.db.tx((tx) => accept(tx, reservation));
  }
  return context.db.tx(async (tx) =>
    accept(tx, await reserveInTransaction(context, tx, accountId, request, idempotencyKey)),
  );
}

async function assertSameContent({ db }: EngineContext, fileId: string, { bytes }: WrittenBlob): Promise<void> {
  const { rows } = await db.query<{ input_bytes: number | null }>('select input_bytes from file where id = $1', [
    fileId,
  ]);
  const [file] = rows;
  if (!file || file.input_bytes === bytes) return;
  throw new EngineError(
    'conflict',
    'this Idempotency-Key was already used for a different file; use a new key for each call',
  );
}

async function reserveInTransaction(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  request: ReservationRequest,
  idempotencyKey: IdempotencyKey | undefined,
): Promise<Reservation> {
  const hash = hashRequest(request);
  const [, earlier, conflicts] = await Promise.all([
    lock(tx, accountId, request.pipeline, idempotencyKey?.key),
    idempotencyKey && findEarlierRequest(tx, accountId, idempotencyKey.key),
    findConflicts(context, tx, accountId, request),
  ]);
  const reused = earlier && idempotencyKey && reuseReservation(earlier, hash, idempotencyKey);
  if (reused) return reused;
  await settleConflicts(context, tx, accountId, request, conflicts);
  const reservation = { fileId: randomUUID(), runId: randomUUID() };
  await Promise.all([
    insertReservation(context, tx, accountId, request, reservation),
    idempotencyKey && storeRequest(context, tx, accountId, { key: idempotencyKey.key, hash, reservation }),
  ]);
  return reservation;
}

/**
 * Locks the idempotency key and the pipeline, so that two concurrent reservations cannot use different chains for one pipeline or
 * use the same key twice. To prevent deadlocks, the key is always locked first.
 */
async function lock(tx: Queryable, accountId: string, pipeline: string, key: string | undefined): Promise<void> {
  const names = [...(key === undefined ? [] : [`${accountId} key ${key}`]), `${accountId} pipeline ${pipeline}`];
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest($1::text[]) with ordinality lock (name, place)`,
    [names],
  );
}
