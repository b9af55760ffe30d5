import type { WebhookDelivery, WebhookEventType } from 'millrace/shared/types/webhook.js';
import type { Queryable } from '../../db/db.js';
import type { Access } from '../access.js';

/** The NOTIFY channel that announces new deliveries. */
export const deliveryChannel = 'millrace_webhook';

/** Maximum number of ended deliveries to keep per target. If there are more, the oldest are deleted. */
const maxEndedPerTarget = 100;

export interface NewDelivery {
  readonly id: string;
  readonly accountId: string;
  readonly webhookId: string | null;
  /** The URL of the webhook for a single run or batch; `null` for a registered webhook, whose URL and secret are read for each attempt. */
  readonly url: string | null;
  readonly secret: string | null;
  /** Identifies the receiver. The limits on pending and concurrent deliveries apply per target. */
  readonly target: string;
  /** `null` for a delivery about a batch. */
  readonly runId: string | null;
  readonly batchId: string | null;
  readonly type: WebhookEventType;
  readonly body: string;
}

/** A delivery that this process has claimed until its lease expires. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly target: string;
  readonly url: string;
  readonly secret: string;
  readonly body: string;
  /** Number of attempts so far, including the current one. */
  readonly attempts: number;
}

export interface AttemptOutcome {
  /** The response's HTTP status; `null` if no response was received. */
  readonly status: number | null;
  /** `null` if the receiver accepted the delivery. */
  readonly error: string | null;
}

/** Inserts deliveries, which are sent after the transaction commits. */
export async function insertDeliveries(tx: Queryable, deliveries: readonly NewDelivery[], now: Date): Promise<void> {
  await tx.query(
    `insert into webhook_delivery (id, account_id, webhook_id, url, secret, target, run_id, batch_id, type, body, created_at, due_at)
     select id, "accountId", "webhookId", url, secret, target, "runId", "batchId", type, body, $2, $2
     from jsonb_to_recordset($1) as entry (id uuid, "accountId" uuid, "webhookId" uuid, url text, secret text,
       target text, "runId" uuid, "batchId" uuid, type text, body text)`,
    [JSON.stringify(deliveries), now],
  );
  await notifyDeliveries(tx);
}

/** Makes an ended delivery due again, and resets its number of attempts. */
export async function restartDelivery(tx: Queryable, id: string, body: string, now: Date): Promise<void> {
  await tx.query(
    `update webhook_delivery set body = $2, due_at = $3, attempts = 0, status = null, error = null, ended_at = null
     where id = $1`,
    [id, body, now],
  );
  await notifyDeliveries(tx);
}

async function notifyDeliveries(tx: Queryable): Promise<void> {
  await tx.query(`select pg_notify('${deliveryChannel}', '')`);
}

/** Counts the pending deliveries for a target and for its account. Each count stops at `max`. */
export async function countPendingDeliveries(
  tx: Queryable,
  { accountId, target }: Pick<NewDelivery, 'accountId' | 'target'>,
  max: number,
): Promise<{ ofTarget: number; ofAccount: number }> {
  const { rows } = await tx.query<{ ofTarget: number; ofAccount: number }>(
    `select
       (select count(*) from (select from webhook_delivery where target = $1 and due_at is not null limit $3) t) as "ofTarget",
       (select count(*) from (select from webhook_delivery where account_id = $2 and due_at is not null limit $3) t) as "ofAccount"`,
    [target, accountId, max],
  );
  return rows[0] ?? { ofTarget: 0, ofAccount: 0 };
}

/**
 * Claims up to `limit` deliveries that are due. Claims at most `maxPerTarget` per target, so that an unresponsive receiver does not delay
 * deliveries to others.
 */
export async function claimDeliveries(
  db: Queryable,
  { busyTargets, limit, maxPerTarget, now, leaseExpiresAt }: ClaimOptions,
): Promise<ClaimedDelivery[]> {
  const { rows } = await db.query<ClaimedDelivery>(
    `with due as (
       select id, due_at, row_number() over (partition by target order by due_at, id) as rank from webhook_delivery
       where due_at <= $1 and target <> all($2)
     ), chosen as (
       select id from webhook_delivery where id in (select id from due where rank <= $3 order by due_at limit $4)
         and due_at <= $1 for update skip locked
     )
     update webhook_delivery set due_at = $5, attempts = webhook_delivery.attempts + 1 from chosen, webhook_delivery sent
       left join webhook on webhook.id = sent.webhook_id
     where webhook_delivery.id = chosen.id and sent.id = chosen.id
     returning webhook_delivery.id, webhook_delivery.target, coalesce(webhook.url, webhook_delivery.url) as url,
       coalesce(webhook.secret, webhook_delivery.secret) as secret, webhook_delivery.body, webhook_delivery.attempts`,
    [now, busyTargets, maxPerTarget, limit, leaseExpiresAt],
  );
  return rows;
}

/**
 * Counts an account's pending deliveries, and the failed deliveries created at or after `from`. Both counts are 0 if the request is
 * restricted to certain names.
 */
export async function countDeliveries(
  db: Queryable,
  access: Access,
  from: Date,
): Promise<{ pending: number; failed: number }> {
  if (access.names !== null) return { pending: 0, failed: 0 };
  const { rows } = await db.query<{ pending: number; failed: number }>(
    `select
       (select count(*) from webhook_delivery where account_id = $1 and due_at is not null) as pending,
       (select count(*) from webhook_delivery where account_id = $1 and created_at >= $2 and ended_at is not null and not delivered) as failed`,
    [access.account, from],
  );
  return rows[0] ?? { pending: 0, failed: 0 };
}

interface ClaimOptions {
  /** The targets to skip because this process is already sending deliveries to them. */
  readonly busyTargets: readonly string[];
  readonly limit: number;
  readonly maxPerTarget: number;
  readonly now: Date;
  /** When the lease expires and the deliveries become due again. */
  readonly leaseExpiresAt: Date;
}

/**
 * Records the outcome of an attempt. Does nothing if the delivery was deleted, or was claimed again after its lease expired.
 *
 * @param retryAt When to retry, or `null` to end the delivery.
 */
export async function recordAttemptOutcome(
  tx: Queryable,
  delivery: ClaimedDelivery,
  { status, error }: AttemptOutcome,
  retryAt: Date | null,
  now: Date,
): Promise<void> {
  const { affected } = await tx.query(
    `update webhook_delivery set status = $3, error = $4, due_at = $5, delivered = $4::text is null,
       ended_at = case when $5::timestamptz is null then $6::timestamptz end,
       body = case when $5::timestamptz is null then '' else body end,
       secret = case when $5::timestamptz is null then null else secret end
     where id = $1 and attempts = $2`,
    [delivery.id, delivery.attempts, status, error, retryAt, now],
  );
  if (affected === 0 || retryAt) return;
  await tx.query(
    `delete from webhook_delivery where target = $1 and ended_at < (
       select ended_at from webhook_delivery where target = $1 and ended_at is not null
       order by ended_at desc offset ${maxEndedPerTarget - 1} limit 1)`,
    [delivery.target],
  );
}

/** Makes a delivery due again after an interrupted attempt, which is not counted. */
export async function releaseDelivery(db: Queryable, { id, attempts }: ClaimedDelivery, now: Date): Promise<void> {
  await db.query('update webhook_delivery set due_at = $3, attempts = attempts - 1 where id = $1 and attempts = $2', [
    id,
    attempts,
    now,
  ]);
}

interface DeliveryQuery {
  readonly id?: string;
  readonly requestId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly webhookId?: string | undefined;
  readonly limit: number;
}

/** Returns the deliveries of an account that match the query, newest first. */
export async function listDeliveries(
  db: Queryable,
  accountId: string,
  { id, requestId, batchId, webhookId, limit }: DeliveryQuery,
): Promise<WebhookDelivery[]> {
  const { rows } = await db.query<{
    id: string;
    webhook_id: string | null;
    type: WebhookEventType;
    run_id: string | null;
    batch_id: string | null;
    delivered: boolean;
    attempts: number;
    status: number | null;
    error: string | null;
    created_at: Date;
    due_at: Date | null;
    ended_at: Date | null;
  }>(
    `select id, webhook_id, type, run_id, batch_id, delivered, attempts, status, error, created_at, due_at, ended_at
     from webhook_delivery
     where account_id = $1 and ($2::uuid is null or run_id = $2) and ($3::uuid is null or target = $3::text)
       and ($5::uuid is null or id = $5) and ($6::uuid is null or batch_id = $6)
     order by created_at desc, id limit $4`,
    [accountId, requestId ?? null, webhookId ?? null, limit, id ?? null, batchId ?? null],
  );
  return rows.map((row) => ({
    id: toMessageId(row.id),
    webhookId: row.webhook_id,
    type: row.type,
    requestId: row.run_id,
    batchId: row.batch_id,
    state: row.due_at ? 'pending' : row.delivered ? 'delivered' : 'failed',
    attempts: row.attempts,
    status: row.status,
    error: row.error,
    createdAt: row.created_at.toISOString(),
    nextAttemptAt: row.due_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  }));
}

/** Returns a delivery's public id, which is the same for all attempts. */
export function toMessageId(deliveryId: string): string {
  return `msg_${deliveryId}`;
}

/** Returns the delivery id for a public id, or `undefined` if the public id is invalid. */
export function parseMessageId(publicId: string): string | undefined {
  return /^msg_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(publicId)?.[1]?.toLowerCase();
}

/** Deletes the deliveries that ended at or before `cutoff`. */
export async function deleteOldDeliveries(db: Queryable, cutoff: Date): Promise<void> {
  await db.query('delete from webhook_delivery where ended_at <= $1', [cutoff]);
}
