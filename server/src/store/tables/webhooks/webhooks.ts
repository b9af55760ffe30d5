import type { Webhook, WebhookEventType } from 'millrace/shared/types/webhook.js';
import type { Queryable } from '../../db/db.js';
import { acquireNamedLocks } from '../../db/acquire-named-locks.js';
import { recordAuditEntry } from '../audit.js';
import { listDeliveries } from './webhook-deliveries.js';

interface WebhookRow {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly events: readonly WebhookEventType[];
}

/** Maximum number of recent deliveries to list per webhook. */
const maxListedDeliveries = 10;

/**
 * Inserts a webhook. If the account already has a webhook with the same id, URL and events, leaves it and its secret unchanged.
 *
 * @returns The stored secret, `taken` if the id belongs to a different webhook, or `too many` if the account already has `maxWebhooks`
 * webhooks.
 */
export async function insertWebhook(
  tx: Queryable,
  accountId: string,
  { id, url, secret, events }: WebhookRow,
  maxWebhooks: number,
  now: Date,
): Promise<string | 'taken' | 'too many'> {
  await acquireNamedLocks(tx, [`${accountId} webhooks`]);
  const { rows: existing } = await tx.query<{ is_same: boolean; secret: string }>(
    'select account_id = $2 and url = $3 and events = $4 as is_same, secret from webhook where id = $1',
    [id, accountId, url, JSON.stringify(events)],
  );
  if (existing[0]) return existing[0].is_same ? existing[0].secret : 'taken';
  const { affected } = await tx.query(
    `insert into webhook (id, account_id, url, secret, events, created_at)
     select $1, $2, $3, $4, $5, $6 where (select count(*) from webhook where account_id = $2) < $7`,
    [id, accountId, url, secret, JSON.stringify(events), now, maxWebhooks],
  );
  if (affected !== 1) return 'too many';
  await recordAuditEntry(tx, accountId, { action: 'webhook.create', target: id, name: new URL(url).origin }, now);
  return secret;
}

/**
 * Returns an account's webhooks, oldest first, with their recent deliveries but without their secrets. If `id` is set, returns only that
 * webhook.
 */
export async function listWebhooks(db: Queryable, accountId: string, id?: string): Promise<Webhook[]> {
  const { rows } = await db.query<{
    id: string;
    url: string;
    events: WebhookEventType[];
    dropped: number;
    pending: number;
    created_at: Date;
  }>(
    `select id, url, events, dropped, created_at,
       (select count(*) from webhook_delivery where target = webhook.id::text and due_at is not null) as pending
     from webhook where account_id = $1 and ($2::uuid is null or id = $2) order by created_at, id`,
    [accountId, id ?? null],
  );
  return Promise.all(
    rows.map(async ({ created_at, ...row }) => ({
      ...row,
      createdAt: created_at.toISOString(),
      deliveries: await listDeliveries(db, accountId, { webhookId: row.id, limit: maxListedDeliveries }),
    })),
  );
}

/** Deletes a webhook and its deliveries. Returns `false` if the account has no such webhook. */
export async function deleteWebhook(tx: Queryable, accountId: string, id: string, now: Date): Promise<boolean> {
  const { rows } = await tx.query<{ url: string }>(
    'delete from webhook where account_id = $1 and id = $2 returning url',
    [accountId, id],
  );
  const [webhook] = rows;
  if (!webhook) return false;
  // record only the origin, because the rest of the URL may be secret
  const name = new URL(webhook.url).origin;
  await recordAuditEntry(tx, accountId, { action: 'webhook.delete', target: id, name }, now);
  return true;
}
