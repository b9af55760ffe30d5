import { createHash } from 'node:crypto';
import { isObject } from 'millrace/shared/rules/show-value.js';
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
 * Returns a digest for comparing requests with the same key. It omits the webhook's secret, whose ciphertext differs each time,
 * the parent, because a rerun of it may repeat the request, and the batch, because a client can repeat it in another one.
 */
export function hashRequest(request: ReservationRequest): string {
  const { webhook, parent: _parent, batch: _batch, ...rest } = request;
  const hashed = { ...rest, ...(webhook && { webhook: { url: webhook.url, events: webhook.events } }) };
  const text = JSON.stringify(hashed, inOrder);
  return createHash('sha256').update(text).digest('hex');
}

/** The database does not keep the order of keys, which some requests come from. */
function inOrder(_: string, value: unknown): unknown {
  return isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}

/** What recognizes a request that is repeated. */
export interface Repeat extends IdempotencyKey {
  /** A digest of the request. */
  readonly hash: string;
}

/** Names a key within all accounts. */
export function requestKey(accountId: string, key: string): string {
  return `${accountId} ${key}`;
}

/** Finds earlier requests with the same keys, by their {@link requestKey}. */
export async function findEarlierRequests(
  tx: Queryable,
  requests: readonly { readonly accountId: string; readonly key: string }[],
): Promise<ReadonlyMap<string, EarlierRequest>> {
  if (requests.length === 0) return new Map();
  const { rows } = await tx.query<EarlierRequest & { account_id: string; key: string }>(
    `select i.account_id, i.key, i.request_hash, i.response, coalesce(r.state in ('failed', 'crashed'), false) as has_failed
     from unnest($1::uuid[], $2::text[]) request (account_id, key) join idempotency i using (account_id, key)
       left join run r on r.id = (i.response ->> 'runId')::uuid`,
    [requests.map(({ accountId }) => accountId), requests.map(({ key }) => key)],
  );
  return new Map(rows.map((row) => [requestKey(row.account_id, row.key), row]));
}

/**
 * Returns the reservation from an earlier request, or `undefined` if a new one takes its place.
 *
 * @throws `EngineError` `conflict` if the earlier request was different.
 */
export function reuseReservation(earlier: EarlierRequest, { hash, replacesFailed }: Repeat): Reservation | undefined {
  if (earlier.request_hash !== hash) throw usedKey();
  return replacesFailed && earlier.has_failed ? undefined : earlier.response;
}

/** Remembers those requests that have a key, in place of earlier ones with the same key. */
export async function storeRequests(
  context: EngineContext,
  tx: Queryable,
  requests: readonly (Reservation & { readonly accountId: string; readonly repeat: Repeat | undefined })[],
): Promise<void> {
  const keyed = requests.flatMap(({ repeat, ...rest }) => (repeat ? [{ ...repeat, ...rest }] : []));
  if (keyed.length === 0) return;
  await tx.query(
    `insert into idempotency (account_id, key, request_hash, response, created_at)
     select *, $5::timestamptz from unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[])
     on conflict (account_id, key) do update set response = excluded.response, created_at = excluded.created_at`,
    [
      keyed.map(({ accountId }) => accountId),
      keyed.map(({ key }) => key),
      keyed.map(({ hash }) => hash),
      keyed.map(({ fileId, runId }) => JSON.stringify({ fileId, runId } satisfies Reservation)),
      context.clock.now(),
    ],
  );
}
