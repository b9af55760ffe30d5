import { createHash } from 'node:crypto';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { usedKey } from '../engine-error.js';
import type { Reservation, ReservationRequest } from './reservation.js';

/** Identifies a call, so that repeating it does nothing twice. */
export interface IdempotencyKey {
  readonly key: string;
  /**
   * Whether a new run takes the place of the earlier one if that has failed. Only the first attempt of a call may ask for it: for a
   * second one, the run that failed may be its own.
   */
  readonly replacesFailed: boolean;
}

/** An earlier request with the same idempotency key. */
interface EarlierRequest {
  readonly request_hash: string;
  readonly response: Reservation;
  readonly has_failed: boolean;
}

/**
 * Returns a digest for comparing requests with the same key. It omits the webhook's secret, whose ciphertext differs each time.
 */
export function hashRequest(request: ReservationRequest): string {
  const { webhook, ...rest } = request;
  const text = JSON.stringify({ ...rest, ...(webhook && { webhook: { url: webhook.url, events: webhook.events } }) });
  return createHash('sha256').update(text).digest('hex');
}

export async function findEarlierRequest(
  tx: Queryable,
  accountId: string,
  key: string,
): Promise<EarlierRequest | undefined> {
  const { rows } = await tx.query<EarlierRequest>(
    `select i.request_hash, i.response, coalesce(r.state in ('failed', 'crashed'), false) as has_failed
     from idempotency i left join run r on r.id = (i.response ->> 'runId')::uuid
     where i.account_id = $1 and i.key = $2`,
    [accountId, key],
  );
  return rows[0];
}

/**
 * Returns the reservation from an earlier request, or `undefined` if a new one takes its place.
 *
 * @throws `EngineError` `conflict` if the earlier request was different.
 */
export function reuseReservation(
  earlier: EarlierRequest,
  hash: string,
  { replacesFailed }: IdempotencyKey,
): Reservation | undefined {
  if (earlier.request_hash !== hash) throw usedKey();
  return replacesFailed && earlier.has_failed ? undefined : earlier.response;
}

/** Remembers a request, in place of an earlier one with the same key. */
export async function storeRequest(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  request: { readonly key: string; readonly hash: string; readonly reservation: Reservation },
): Promise<void> {
  await tx.query(
    `insert into idempotency (account_id, key, request_hash, response, created_at) values ($1, $2, $3, $4, $5)
     on conflict (account_id, key) do update set response = excluded.response, created_at = excluded.created_at`,
    [accountId, request.key, request.hash, JSON.stringify(request.reservation), context.clock.now()],
  );
}
