import { createHash } from 'node:crypto';
import { isObject } from 'millrace/shared/rules/format-value.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { idempotencyKeyReused } from '../engine-error.js';
import type { Reservation, ReservationRequest } from './reservation.js';

/** A key that identifies a call, so that repeating the call has no additional effect. */
export interface IdempotencyKey {
  readonly key: string;
  /**
   * Whether a new run replaces the key's earlier run if the earlier run failed or crashed. Must be false on a retry, because an earlier
   * attempt of the same call may have started that run.
   */
  readonly shouldReplaceFailed: boolean;
}

/** An earlier request with the same idempotency key. */
interface EarlierRequest {
  readonly request_hash: string;
  readonly response: Reservation;
  readonly has_failed: boolean;
}

/**
 * Returns a digest for comparing requests with the same key. The digest omits three fields that can differ when a request is repeated:
 * - the webhook's secret, because its ciphertext differs each time
 * - the parent, because a rerun of the parent may repeat the request
 * - the batch, because a client can repeat the request in another batch
 */
export function hashRequest(request: Pick<ReservationRequest, 'webhook' | 'parent' | 'batch'>): string {
  const { webhook, parent: _parent, batch: _batch, ...rest } = request;
  const hashed = { ...rest, ...(webhook && { webhook: { url: webhook.url, events: webhook.events } }) };
  const text = JSON.stringify(hashed, sortKeys);
  return createHash('sha256').update(text).digest('hex');
}

/** A `JSON.stringify` replacer that sorts keys. The database does not preserve their order, for example in a batch's defaults. */
function sortKeys(_: string, value: unknown): unknown {
  return isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}

/** An idempotency key and the digest of its request ({@link hashRequest}), for recognizing repeated requests. */
export interface RequestIdentity extends IdempotencyKey {
  readonly hash: string;
}

/** Returns a map key for an account's idempotency key. */
export function requestKey(accountId: string, key: string): string {
  return `${accountId} ${key}`;
}

/** Finds the earlier requests with the given idempotency keys. @returns The requests, by {@link requestKey}. */
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
 * Returns the reservation from an earlier request, or `undefined` if its run failed or crashed and the new request replaces failed runs.
 *
 * @throws `EngineError` `conflict` if the earlier request was different.
 */
export function reuseReservation(
  earlier: EarlierRequest,
  { hash, shouldReplaceFailed }: RequestIdentity,
): Reservation | undefined {
  if (earlier.request_hash !== hash) throw idempotencyKeyReused();
  return shouldReplaceFailed && earlier.has_failed ? undefined : earlier.response;
}

/** Stores the reservation of each request that has an idempotency key, replacing any earlier reservation with the same key. */
export async function storeRequests(
  context: EngineContext,
  tx: Queryable,
  requests: readonly (Reservation & { readonly accountId: string; readonly identity: RequestIdentity | undefined })[],
): Promise<void> {
  const keyed = requests.flatMap(({ identity, ...rest }) => (identity ? [{ ...identity, ...rest }] : []));
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
