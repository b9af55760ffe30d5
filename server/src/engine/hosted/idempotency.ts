import { createHash } from 'node:crypto';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { usedKey } from '../engine-error.js';
import type { Reservation, ReservationRequest } from './reservation.js';

/** An earlier request with the same idempotency key. */
interface EarlierRequest {
  readonly request_hash: string;
  readonly response: Reservation;
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
    'select request_hash, response from idempotency where account_id = $1 and key = $2',
    [accountId, key],
  );
  return rows[0];
}

/** Returns the reservation from an earlier request. @throws `EngineError` `conflict` if the earlier request was different. */
export function reuseReservation(earlier: EarlierRequest, hash: string): Reservation {
  if (earlier.request_hash === hash) return earlier.response;
  throw usedKey();
}

export async function storeRequest(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  request: { readonly key: string; readonly hash: string; readonly reservation: Reservation },
): Promise<void> {
  await tx.query(
    'insert into idempotency (account_id, key, request_hash, response, created_at) values ($1, $2, $3, $4, $5)',
    [accountId, request.key, request.hash, JSON.stringify(request.reservation), context.clock.now()],
  );
}
