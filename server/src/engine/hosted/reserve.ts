import { randomUUID } from 'node:crypto';
import type { WrittenBlob } from '../../blobs/blob-store.js';
import { getCallerKeyId } from '../../store/db/caller.js';
import type { Queryable } from '../../store/db/db.js';
import { acquireNamedLocks } from '../../store/db/acquire-named-locks.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';
import { groupWrites } from '../group-writes.js';
import { acceptUploads, deleteBlobIfUnused } from './accept-upload.js';
import {
  findEarlierRequests,
  hashRequest,
  requestKey,
  reuseReservation,
  storeRequests,
  type IdempotencyKey,
  type RequestIdentity,
} from './idempotency.js';
import { insertReservations } from './insert-reservation.js';
import { chainKey, pipelineLockName, type Reservation, type ReservationRequest } from './reservation.js';
import {
  countRemainingRuns,
  findConflicts,
  pathKeyParts,
  resolveConflicts,
  tooManyRunsConflict,
  type Conflict,
} from './reservation-conflicts.js';

/** A requested reservation, with the content of the file if it is already available. */
interface PendingReservation {
  readonly accountId: string;
  readonly request: ReservationRequest;
  readonly identity: RequestIdentity | undefined;
  /** The id of the request's API key, or `null` outside a request. */
  readonly keyId: string | null;
  readonly blob: WrittenBlob | undefined;
}

interface ReservationResult {
  readonly reservation: Reservation;
  /** Whether the reservation uses the request's blob. */
  readonly isBlobUsed: boolean;
}

const reserveGrouped = groupWrites<PendingReservation, ReservationResult>(async (context, tx, pending) => {
  const [, reservations] = await Promise.all([lockKeysAndPipelines(tx, pending), reserveAll(context, tx, pending)]);
  const uploads = pending.flatMap(({ blob }, i) => {
    const reservation = reservations[i];
    return blob && reservation && !(reservation instanceof Error) ? [{ fileId: reservation.fileId, blob }] : [];
  });
  const uploadResults = await acceptUploads(context, tx, uploads);
  return pending.map(({ blob }, i) => {
    const reservation = reservations[i] as Reservation | EngineError;
    if (reservation instanceof Error) return reservation;
    const uploadResult = uploadResults[uploads.findIndex((upload) => upload.blob === blob)] ?? false;
    return uploadResult instanceof Error ? uploadResult : { reservation, isBlobUsed: uploadResult };
  });
});

/**
 * Reserves a symbolic path for a file that will be uploaded later, and creates the file's run.
 *
 * @param idempotencyKey Repeating a request with the same key returns the same reservation, unless its run failed or crashed and
 * `shouldReplaceFailed` is true.
 * @throws `EngineError` `chain_conflict` if the pipeline has files with a different chain; `already_exists` if the path belongs to a file
 * that the request does not replace; `too_many_runs` if the account has reached its limit on unfinished runs; `conflict` if the key was
 * used for a different request, or if the batch is closed.
 */
export async function reserve(
  context: EngineContext,
  accountId: string,
  request: ReservationRequest,
  idempotencyKey?: IdempotencyKey,
): Promise<Reservation> {
  const { reservation } = await reserveGrouped(context, toPendingReservation(accountId, request, idempotencyKey));
  return reservation;
}

/**
 * Reserves a symbolic path for a file whose content is already available, and queues the first step of its run.
 *
 * @param blob A synced blob or small content. A synced blob is deleted if the request is rejected or the file already has content.
 * @returns The reservation, and whether this request provided the content.
 * @throws `EngineError` for the same reasons as {@link reserve}; `gone` if the reservation from an earlier request with the same key no
 * longer exists; `conflict` if the key was used for a file with a different length.
 */
export async function reserveWithContent(
  context: EngineContext,
  accountId: string,
  request: ReservationRequest,
  idempotencyKey: IdempotencyKey | undefined,
  blob: WrittenBlob,
): Promise<Reservation & { readonly isNew: boolean }> {
  const result = reserveGrouped(context, toPendingReservation(accountId, request, idempotencyKey, blob));
  const isBlobUsed = await deleteBlobIfUnused(
    context,
    blob,
    result.then((reserved) => reserved.isBlobUsed),
  );
  const { reservation } = await result;
  if (!isBlobUsed) await assertSameLength(context, reservation.fileId, blob);
  return { ...reservation, isNew: isBlobUsed };
}

function toPendingReservation(
  accountId: string,
  request: ReservationRequest,
  key?: IdempotencyKey,
  blob?: WrittenBlob,
): PendingReservation {
  const identity = key && { ...key, hash: hashRequest(request) };
  return { accountId, request, identity, keyId: getCallerKeyId(), blob };
}

async function assertSameLength({ db }: EngineContext, fileId: string, { bytes }: WrittenBlob): Promise<void> {
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

/**
 * Reserves the requested paths. Requests that depend on each other, such as two requests for the same path, are processed one after the
 * other.
 *
 * @returns For each request, its reservation, or an `EngineError` if the request was rejected.
 */
async function reserveAll(
  context: EngineContext,
  tx: Queryable,
  pending: readonly PendingReservation[],
): Promise<readonly (Reservation | EngineError)[]> {
  const results = new Map<PendingReservation, Reservation | EngineError>();
  for (let remaining = pending; remaining.length > 0;) {
    const claims = new Map<string, string>();
    const independent = remaining.filter((item) => tryClaim(claims, item));
    const reserved = await reserveIndependent(context, tx, independent);
    for (const [i, item] of independent.entries()) results.set(item, reserved[i] as Reservation | EngineError);
    remaining = remaining.filter((item) => !results.has(item));
  }
  return pending.map((item) => results.get(item) as Reservation | EngineError);
}

/**
 * Claims a request's path, pipeline and idempotency key. Claims nothing if another request has claimed the path or the key, or has claimed
 * the pipeline for a different chain.
 *
 * @returns Whether the claim succeeded.
 */
function tryClaim(claims: Map<string, unknown>, pending: PendingReservation): boolean {
  const { accountId, request, identity } = pending;
  const entries: [parts: readonly string[], holder: unknown][] = [
    [['path', ...pathKeyParts(pending)], pending],
    [['pipeline', accountId, request.pipeline], chainKey(request.chain)],
    ...(identity ? [[['key', accountId, identity.key], pending] as [string[], unknown]] : []),
  ];
  const newClaims = entries.map(([parts, holder]) => [JSON.stringify(parts), holder] as const);
  const isFree = newClaims.every(([name, holder]) => !claims.has(name) || claims.get(name) === holder);
  if (isFree) for (const [name, holder] of newClaims) claims.set(name, holder);
  return isFree;
}

async function reserveIndependent(
  context: EngineContext,
  tx: Queryable,
  pending: readonly PendingReservation[],
): Promise<readonly (Reservation | EngineError)[]> {
  const keyed = pending.flatMap(({ accountId, identity }) => (identity ? [{ accountId, key: identity.key }] : []));
  const accountIds = [...new Set(pending.map(({ accountId }) => accountId))];
  // lock the batches before `resolveConflicts` removes files, so that a request for a closed batch removes no files
  const [openBatches, earlierRequests, conflicts, remainingRuns] = await Promise.all([
    lockBatches(tx, pending),
    findEarlierRequests(tx, keyed),
    findConflicts(context, tx, pending),
    countRemainingRuns(context, tx, accountIds),
  ]);
  const newReservations: (PendingReservation & Reservation & { readonly replacedFileId: string | undefined })[] = [];
  const reserveOne = async (item: PendingReservation, found: readonly Conflict[]): Promise<Reservation> => {
    const earlierRequest = item.identity && earlierRequests.get(requestKey(item.accountId, item.identity.key));
    const reused = earlierRequest && reuseReservation(earlierRequest, item.identity);
    if (reused) return reused;
    const { batch } = item.request;
    if (batch !== undefined && !openBatches.has(batch)) throw batchClosed();
    const remaining = remainingRuns.get(item.accountId) ?? 0;
    const replacedFileId = await resolveConflicts(
      context,
      tx,
      item,
      remaining > 0 ? found : [...found, tooManyRunsConflict],
    );
    remainingRuns.set(item.accountId, remaining - 1);
    const reservation = { fileId: randomUUID(), runId: randomUUID() };
    newReservations.push({ ...item, ...reservation, replacedFileId });
    return reservation;
  };
  const results: (Reservation | EngineError)[] = [];
  for (const [i, item] of pending.entries()) {
    results.push(
      await reserveOne(item, conflicts[i] ?? []).catch((error: unknown) => {
        if (error instanceof EngineError) return error;
        throw error;
      }),
    );
  }
  if (newReservations.length > 0) {
    await Promise.all([insertReservations(context, tx, newReservations), storeRequests(context, tx, newReservations)]);
  }
  return results;
}

/** Locks the requests' batches, so that no batch is closed before its files are added. @returns The ids of the open batches. */
async function lockBatches(tx: Queryable, pending: readonly PendingReservation[]): Promise<ReadonlySet<string>> {
  const ids = new Set(pending.flatMap(({ request: { batch } }) => batch ?? []));
  if (ids.size === 0) return ids;
  const { rows } = await tx.query<{ id: string }>(
    'select id from batch where id = any($1) and closed_at is null order by id for share',
    [[...ids]],
  );
  return new Set(rows.map(({ id }) => id));
}

function batchClosed(): EngineError {
  return new EngineError('conflict', 'the batch is closed, so no more files can be added; create another batch');
}

/**
 * Locks the idempotency keys and the pipelines, so that concurrent reservations cannot use the same key, or different chains for the same
 * pipeline. To prevent deadlocks, keys are always locked before pipelines, and both are locked in sorted order.
 */
async function lockKeysAndPipelines(tx: Queryable, pending: readonly PendingReservation[]): Promise<void> {
  const keys = pending.flatMap(({ accountId, identity }) => (identity ? [`${accountId} key ${identity.key}`] : []));
  const pipelines = pending.map(({ accountId, request }) => pipelineLockName(accountId, request.pipeline));
  await acquireNamedLocks(
    tx,
    [keys, pipelines].flatMap((names) => [...new Set(names)].sort()),
  );
}
