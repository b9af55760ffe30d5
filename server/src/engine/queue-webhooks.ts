import { randomUUID } from 'node:crypto';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { WebhookEvent, WebhookEventType } from 'millrace/shared/types/webhook.js';
import type { Queryable } from '../store/db/db.js';
import { toJsonb } from '../store/db/jsonb.js';
import { findRun } from '../store/tables/runs.js';
import { countPending, insertDeliveries, type NewDelivery } from '../store/tables/webhook-deliveries.js';
import type { EngineContext } from './engine-context.js';

/** Bytes of a message's body: what a receiver takes without a second thought. */
const maxBodyBytes = 64 * 1024;

/** Of what may wait for an account, an address gets a part: one that does not answer leaves room for others. */
const partOfTarget = 1 / 5;

interface Listener {
  readonly run_id: string;
  readonly account_id: string;
  readonly webhook_id: string | null;
  readonly url: string | null;
  readonly secret: string | null;
  readonly target: string;
}

/**
 * Queues the news that runs have ended, in the transaction that ended them: for the webhooks of their accounts, and for the
 * runs' own. A subflow's end is its parent's business.
 */
export async function queueWebhooks(context: EngineContext, tx: Queryable, runIds: readonly string[]): Promise<void> {
  if (runIds.length === 0) return;
  const { rows: listeners } = await tx.query<Listener>(
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
  for (const listener of listeners) {
    if (!(await hasRoom(context, tx, listener, deliveries))) continue;
    const record = await findRun(tx, listener.account_id, listener.run_id, context.clock.now());
    if (record) deliveries.push(newDelivery(listener, record.status));
  }
  if (deliveries.length > 0) await insertDeliveries(tx, deliveries, context.clock.now());
}

/** Past the limit news is not taken up, and counted: that a run ends is more important than that somebody hears of it. */
async function hasRoom(
  { webhooks: { maxPending } }: EngineContext,
  tx: Queryable,
  listener: Listener,
  deliveries: readonly NewDelivery[],
): Promise<boolean> {
  const pending = await countPending(tx, { accountId: listener.account_id, target: listener.target }, maxPending);
  const ofTarget = pending.ofTarget + deliveries.filter(({ target }) => target === listener.target).length;
  const ofAccount = pending.ofAccount + deliveries.filter(({ accountId }) => accountId === listener.account_id).length;
  if (ofTarget < Math.ceil(maxPending * partOfTarget) && ofAccount < maxPending) return true;
  if (listener.webhook_id) {
    await tx.query('update webhook set dropped = dropped + 1 where id = $1', [listener.webhook_id]);
  }
  return false;
}

function newDelivery(listener: Listener, status: RunStatus): NewDelivery {
  const type = `run.${status.state}` as WebhookEventType;
  return {
    id: randomUUID(),
    accountId: listener.account_id,
    webhookId: listener.webhook_id,
    url: listener.url,
    secret: listener.secret,
    target: listener.target,
    runId: listener.run_id,
    type,
    body: writeEvent(type, status),
  };
}

function writeEvent(type: WebhookEventType, status: RunStatus): string {
  const write = (data: RunStatus) => {
    const event: WebhookEvent = { type, timestamp: status.finishedAt ?? status.createdAt, data };
    return toJsonb(event);
  };
  const smaller: RunStatus[] = [
    status,
    { ...status, input: null, result: null },
    { ...status, input: null, result: null, tasks: [], processStatus: {}, error: withoutDetails(status.error) },
  ];
  const bodies = smaller.map(write);
  return bodies.find((body) => Buffer.byteLength(body) <= maxBodyBytes) ?? (bodies.at(-1) as string);
}

function withoutDetails(error: RunStatus['error']): RunStatus['error'] {
  return error && { code: error.code, message: error.message.slice(0, 4000) };
}
