import { randomUUID } from 'node:crypto';
import type { BatchDetails } from 'millrace/shared/runs/batch-status.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { limitWarnings } from 'millrace/shared/runs/run-warning.js';
import type { WebhookEvent, WebhookEventType } from 'millrace/shared/types/webhook.js';
import type { Queryable } from '../store/db/db.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';
import { createFullAccess } from '../store/tables/access.js';
import { findBatch } from '../store/tables/batches/batches.js';
import { findRun } from '../store/tables/runs.js';
import {
  countPendingDeliveries,
  insertDeliveries,
  restartDelivery,
  type NewDelivery,
} from '../store/tables/webhooks/webhook-deliveries.js';
import type { EngineContext } from './engine-context.js';

/** The body size above which an event is shortened, in bytes. Receivers often limit the body size. */
const maxBodyBytes = 64 * 1024;

/** Maximum number of warnings in an event that is too large even without its input and result. The rest are only counted. */
const maxShortenedWarnings = 10;

/** The share of an account's limit on pending deliveries that one target may use, so that an unresponsive receiver cannot block others. */
const maxTargetShare = 1 / 5;

interface Subscription {
  readonly run_id: string;
  readonly account_id: string;
  readonly webhook_id: string | null;
  readonly url: string | null;
  readonly secret: string | null;
}

/** Returns a delivery's target: a registered webhook's id, or the account's id and the URL's origin for a run's or batch's own webhook. */
function toTarget(accountId: string, webhookId: string | null, url: string | null): string {
  return webhookId ?? `${accountId} ${new URL(url ?? '').origin}`;
}

/**
 * Queues deliveries for runs that have ended, in the transaction that ended them. The deliveries go to the account's registered
 * webhooks and to each run's own webhook, if they subscribe to the event. A run with a parent run triggers only its own webhook.
 */
export async function queueRunDeliveries(
  context: EngineContext,
  tx: Queryable,
  runIds: readonly string[],
): Promise<void> {
  if (runIds.length === 0) return;
  const { rows: subscriptions } = await tx.query<Subscription>(
    `select run.id as run_id, run.account_id, hook.id as webhook_id, hook.url, hook.secret
     from run cross join lateral (
       select id, null as url, null as secret, events from webhook where webhook.account_id = run.account_id
       union all
       select null, run.webhook ->> 'url', run.webhook ->> 'secret', run.webhook -> 'events' where run.webhook is not null
     ) hook
     where run.id = any($1) and (run.parent_id is null or hook.id is null) and run.finished_at is not null
       and jsonb_exists(hook.events, 'run.' || run.state)
     order by hook.id, run.id`,
    [runIds],
  );
  const deliveries: NewDelivery[] = [];
  for (const subscription of subscriptions) {
    const { account_id: accountId, webhook_id: webhookId, url } = subscription;
    const target = toTarget(accountId, webhookId, url);
    if (!(await admitDelivery(context, tx, { accountId, webhookId, target }, deliveries))) continue;
    const access = createFullAccess(accountId);
    const record = await findRun(tx, access, subscription.run_id, context.clock.now());
    if (record) deliveries.push(toDelivery(subscription, target, record.status));
  }
  if (deliveries.length > 0) await insertDeliveries(tx, deliveries, context.clock.now());
}

/** Queues deliveries for a batch that has ended, in the transaction that ended it. */
export async function queueBatchDeliveries(
  context: EngineContext,
  tx: Queryable,
  { batchId, account }: { readonly batchId: string; readonly account: string },
): Promise<void> {
  const now = context.clock.now();
  const { rows: hooks } = await tx.query<{ id: string | null; url: string | null; secret: string | null }>(
    `select id, null as url, null as secret from webhook where account_id = $1 and jsonb_exists(events, 'batch.completed')
     union all
     select null, defaults -> 'webhook' ->> 'url', defaults -> 'webhook' ->> 'secret' from batch
     where batch.id = $2 and jsonb_exists(defaults -> 'webhook' -> 'events', 'batch.completed')
     order by id`,
    [account, batchId],
  );
  const batch = hooks.length > 0 && (await findBatch(tx, createFullAccess(account), batchId, now));
  if (!batch) return;
  const deliveries: NewDelivery[] = [];
  for (const { id, url, secret } of hooks) {
    const target = toTarget(account, id, url);
    if (!(await admitDelivery(context, tx, { accountId: account, webhookId: id, target }, deliveries))) continue;
    deliveries.push({
      id: randomUUID(),
      accountId: account,
      webhookId: id,
      url,
      secret,
      target,
      runId: null,
      batchId,
      type: 'batch.completed',
      body: serializeBatchEvent(batch),
    });
  }
  if (deliveries.length > 0) await insertDeliveries(tx, deliveries, now);
}

function serializeBatchEvent(data: BatchDetails): string {
  const event: WebhookEvent = { type: 'batch.completed', timestamp: data.finishedAt ?? data.createdAt, data };
  const body = toStorableJson(event);
  if (Buffer.byteLength(body) <= maxBodyBytes) return body;
  const failures = data.failures.map((failure) => ({ ...failure, message: failure.message?.slice(0, 200) ?? null }));
  return toStorableJson({ ...event, data: { ...data, failures } });
}

/**
 * Returns whether the limits allow a delivery. If they do not, and the webhook is registered, increments its count of dropped
 * deliveries. Does not throw if a limit is exceeded, so that the run or batch can still end.
 */
async function admitDelivery(
  context: EngineContext,
  tx: Queryable,
  { accountId, webhookId, target }: Pick<NewDelivery, 'accountId' | 'webhookId' | 'target'>,
  deliveries: readonly NewDelivery[],
): Promise<boolean> {
  if (await hasCapacity(context, tx, { accountId, target }, deliveries)) return true;
  if (webhookId) await tx.query('update webhook set dropped = dropped + 1 where id = $1', [webhookId]);
  return false;
}

/** Returns whether the limits allow one more pending delivery, in addition to the `deliveries` that are about to be inserted. */
async function hasCapacity(
  { webhooks: { maxPendingDeliveries } }: EngineContext,
  tx: Queryable,
  { accountId, target }: Pick<NewDelivery, 'accountId' | 'target'>,
  deliveries: readonly NewDelivery[],
): Promise<boolean> {
  const pending = await countPendingDeliveries(tx, { accountId, target }, maxPendingDeliveries);
  const targetCount = pending.ofTarget + deliveries.filter((delivery) => delivery.target === target).length;
  const accountCount = pending.ofAccount + deliveries.filter((delivery) => delivery.accountId === accountId).length;
  return targetCount < Math.ceil(maxPendingDeliveries * maxTargetShare) && accountCount < maxPendingDeliveries;
}

/** Why a delivery cannot be sent again. */
export type RedeliveryRefusal = 'unknown' | 'pending' | 'run-webhook' | 'run-deleted' | 'run-changed' | 'too-many';

/**
 * Requeues an ended delivery to a registered webhook, with the same id and the current status of its run or batch.
 *
 * @returns The reason for the refusal, or `undefined` if the delivery was queued.
 */
export async function redeliver(
  context: EngineContext,
  accountId: string,
  deliveryId: string,
): Promise<RedeliveryRefusal | undefined> {
  const now = context.clock.now();
  return context.db.tx(async (tx) => {
    const { rows } = await tx.query<DeliveryRow>(
      `select run_id, batch_id, webhook_id, target, type, due_at from webhook_delivery where id = $1 and account_id = $2 for update`,
      [deliveryId, accountId],
    );
    const [delivery] = rows;
    if (!delivery) return 'unknown';
    if (delivery.due_at) return 'pending';
    // a delivery to a run's or batch's own webhook cannot be repeated, because the secret is deleted when the delivery ends
    if (delivery.webhook_id === null) return 'run-webhook';
    const body = await buildBody(tx, accountId, delivery, now);
    if (body === 'run-deleted' || body === 'run-changed') return body;
    if (!(await hasCapacity(context, tx, { accountId, target: delivery.target }, []))) return 'too-many';
    await restartDelivery(tx, deliveryId, body, now);
    return undefined;
  });
}

/**
 * Returns a delivery's body with the current status of its run or batch. Returns `run-deleted` if the run or batch was deleted or has
 * expired, and `run-changed` if its state no longer matches the delivery's event type.
 */
async function buildBody(
  tx: Queryable,
  account: string,
  { run_id: runId, batch_id: batchId, type }: DeliveryRow,
  now: Date,
): Promise<string> {
  const access = createFullAccess(account);
  if (type === 'batch.completed') {
    const batch = batchId === null ? undefined : await findBatch(tx, access, batchId, now);
    if (!batch) return 'run-deleted';
    return batch.finishedAt === null ? 'run-changed' : serializeBatchEvent(batch);
  }
  const record = runId === null ? undefined : await findRun(tx, access, runId, now);
  if (!record) return 'run-deleted';
  return type === `run.${record.status.state}` ? serializeRunEvent(type, record.status) : 'run-changed';
}

interface DeliveryRow {
  readonly run_id: string | null;
  readonly batch_id: string | null;
  readonly webhook_id: string | null;
  readonly target: string;
  readonly type: WebhookEventType;
  readonly due_at: Date | null;
}

function toDelivery(subscription: Subscription, target: string, status: RunStatus): NewDelivery {
  const type = `run.${status.state}` as RunEventType;
  return {
    id: randomUUID(),
    accountId: subscription.account_id,
    webhookId: subscription.webhook_id,
    url: subscription.url,
    secret: subscription.secret,
    target,
    runId: subscription.run_id,
    batchId: null,
    type,
    body: serializeRunEvent(type, status),
  };
}

type RunEventType = Exclude<WebhookEventType, 'batch.completed'>;

function serializeRunEvent(type: RunEventType, status: RunStatus): string {
  const serialize = (data: RunStatus) => {
    const event: WebhookEvent = { type, timestamp: status.finishedAt ?? status.createdAt, data };
    return toStorableJson(event);
  };
  const shortenedFields = {
    input: null,
    result: null,
    warnings: limitWarnings(status.warnings, status.warningCount, maxShortenedWarnings),
  };
  const candidates: RunStatus[] = [
    status,
    { ...status, input: null, result: null },
    { ...status, ...shortenedFields },
    { ...status, ...shortenedFields, tasks: [], processStatus: {}, error: shortenError(status.error) },
  ];
  const bodies = candidates.map(serialize);
  return bodies.find((body) => Buffer.byteLength(body) <= maxBodyBytes) ?? (bodies.at(-1) as string);
}

function shortenError(error: RunStatus['error']): RunStatus['error'] {
  return error && { code: error.code, message: error.message.slice(0, 4000) };
}
