import { randomUUID } from 'node:crypto';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { limitWarnings } from 'millrace/shared/runs/run-warning.js';
import type { WebhookEvent, WebhookEventType } from 'millrace/shared/types/webhook.js';
import type { Queryable } from '../store/db/db.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';
import { findRun } from '../store/tables/runs.js';
import { countPending, insertDeliveries, type NewDelivery } from '../store/tables/webhook-deliveries.js';
import type { EngineContext } from './engine-context.js';

/** The maximum body size that receivers commonly accept, in bytes. A larger event omits some of the run's fields. */
const maxBodyBytes = 64 * 1024;

/** Maximum number of warnings in an event that would be too large otherwise. */
const maxShortWarnings = 10;

/**
 * The share of an account's pending deliveries that one target may use, so that an unresponsive receiver cannot block the others.
 */
const targetShare = 1 / 5;

interface Subscription {
  readonly run_id: string;
  readonly account_id: string;
  readonly webhook_id: string | null;
  readonly url: string | null;
  readonly secret: string | null;
  readonly target: string;
}

/**
 * Queues deliveries for runs that have ended, in the transaction that ended them. The deliveries go to the account's
 * webhooks and to the run's own webhook. Subflows do not trigger deliveries.
 */
export async function queueWebhooks(context: EngineContext, tx: Queryable, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return;
  const { rows: subscriptions } = await tx.query<Subscription>(
    `select run.id as run_id, run.account_id, hook.id as webhook_id, hook.url, hook.secret,
       coalesce(hook.id::text, run.account_id || ' ' || substring(hook.url from '^[^/]*//[^/?#]*')) as target
     from run cross join lateral (
       select id, null as url, null as secret, events from webhook where webhook.account_id = run.account_id
       union all
       select null, run.webhook ->> 'url', run.webhook ->> 'secret', run.webhook -> 'events' where run.webhook is not null
     ) hook
     where run.id = any($1) and run.parent_id is null and run.finished_at is not null
       and jsonb_exists(hook.events, 'run.' || run.state)
     order by hook.id, run.id`,
    [runIds],
  );
  const deliveries: NewDelivery[] = [];
  for (const subscription of subscriptions) {
    if (!(await isWithinLimits(context, tx, subscription, deliveries))) continue;
    const access = { account: subscription.account_id, names: null, ownKey: null };
    const record = await findRun(tx, access, subscription.run_id, context.clock.now());
    if (record) deliveries.push(newDelivery(subscription, record.status));
  }
  if (deliveries.length > 0) await insertDeliveries(tx, deliveries, context.clock.now());
}

/** Returns whether a delivery is within the limits. If not, it is counted as dropped, so that the run can still end. */
async function isWithinLimits(
  { webhooks: { maxPending } }: EngineContext,
  tx: Queryable,
  subscription: Subscription,
  deliveries: readonly NewDelivery[],
): Promise<boolean> {
  const pending = await countPending(
    tx,
    { accountId: subscription.account_id, target: subscription.target },
    maxPending,
  );
  const targetCount = pending.ofTarget + deliveries.filter(({ target }) => target === subscription.target).length;
  const accountCount =
    pending.ofAccount + deliveries.filter(({ accountId }) => accountId === subscription.account_id).length;
  if (targetCount < Math.ceil(maxPending * targetShare) && accountCount < maxPending) return true;
  if (subscription.webhook_id) {
    await tx.query('update webhook set dropped = dropped + 1 where id = $1', [subscription.webhook_id]);
  }
  return false;
}

function newDelivery(subscription: Subscription, status: RunStatus): NewDelivery {
  const type = `run.${status.state}` as WebhookEventType;
  return {
    id: randomUUID(),
    accountId: subscription.account_id,
    webhookId: subscription.webhook_id,
    url: subscription.url,
    secret: subscription.secret,
    target: subscription.target,
    runId: subscription.run_id,
    type,
    body: serializeEvent(type, status),
  };
}

function serializeEvent(type: WebhookEventType, status: RunStatus): string {
  const serialize = (data: RunStatus) => {
    const event: WebhookEvent = { type, timestamp: status.finishedAt ?? status.createdAt, data };
    return toStorableJson(event);
  };
  const short = {
    input: null,
    result: null,
    warnings: limitWarnings(status.warnings, status.warningCount, maxShortWarnings),
  };
  const candidates: RunStatus[] = [
    status,
    { ...status, input: null, result: null },
    { ...status, ...short },
    { ...status, ...short, tasks: [], processStatus: {}, error: withoutDetails(status.error) },
  ];
  const bodies = candidates.map(serialize);
  return bodies.find((body) => Buffer.byteLength(body) <= maxBodyBytes) ?? (bodies.at(-1) as string);
}

function withoutDetails(error: RunStatus['error']): RunStatus['error'] {
  return error && { code: error.code, message: error.message.slice(0, 4000) };
}
