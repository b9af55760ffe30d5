import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import * as z from 'zod';
import { deleteWebhook, insertWebhook, listWebhooks } from '../../store/tables/webhooks/webhooks.js';
import { redeliver, type RedeliveryRefusal } from '../../engine/queue-deliveries.js';
import { parseMessageId, listDeliveries } from '../../store/tables/webhooks/webhook-deliveries.js';
import { ApiError, notFound } from '../api-error.js';
import { resolveWebhook } from '../resolve-webhook.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { createId } from '../create-id.js';
import { readJson } from '../read-body.js';
import { parseBody, parseId, parseQuery } from './parse-query.js';

const newWebhook = z.object({
  url: z.string(),
  secret: z.string().nullish(),
  events: z.array(z.string()).nullish(),
});

const deliveryQuery = z.object({
  run: z.uuid().optional(),
  batch: z.uuid().optional(),
  webhook: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** The error messages for deliveries that cannot be repeated. */
const redeliveryRefusals: Readonly<Record<Exclude<RedeliveryRefusal, 'unknown'>, string>> = {
  pending: 'Expected a delivery that has ended, got one that is waiting for its next attempt',
  'run-webhook':
    'Expected a delivery to a registered webhook, got one to the webhook of a single run or batch, whose secret is deleted when the delivery ends',
  'run-deleted': 'The run or batch of this delivery was deleted, so its message cannot be sent again',
  'run-changed': 'The state of the run or batch has changed since this delivery, so the message is outdated',
  'too-many': 'Too many deliveries are waiting; try again when some have ended',
};

/** `/v1/webhooks`: manages the webhooks that are called when runs or batches end, and lists and repeats deliveries. */
export function addWebhookRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine, secrets, settings } = http;

  app.post('/v1/webhooks', async (c) => {
    const account = c.get('access').account;
    const body = parseBody(newWebhook, await readJson(c, settings));
    const { url, events, secret: customSecret } = resolveWebhook(http, { ...body, needsSecret: false });
    const id = createId(account, 'webhook', c.req.header('idempotency-key'));
    const row = {
      id,
      url,
      events,
      secret: secrets.seal(customSecret || `whsec_${randomBytes(32).toString('base64')}`),
    };
    const result = await engine.db.tx((tx) =>
      insertWebhook(tx, account, row, settings.maxWebhooks, engine.clock.now()),
    );
    if (result === 'taken') {
      throw new ApiError(
        409,
        'conflict',
        'This Idempotency-Key was already used for a different webhook; use a new key',
      );
    }
    if (result === 'too many') {
      throw new ApiError(
        409,
        'conflict',
        `This account already has ${settings.maxWebhooks} webhooks; delete one first`,
      );
    }
    const [webhook] = await listWebhooks(engine.db, account, id);
    // return the stored secret, so that a repeated request gets the same secret as the first request
    return c.json({ ...webhook, secret: secrets.unseal(result) ?? '' }, 201);
  });

  app.get('/v1/webhooks', async (c) => c.json({ items: await listWebhooks(engine.db, c.get('access').account) }));

  app.get('/v1/webhooks/deliveries', async (c) => {
    const { run, batch, webhook, limit } = parseQuery(deliveryQuery, c.req.query());
    const filter = { requestId: run, batchId: batch, webhookId: webhook?.toLowerCase(), limit };
    return c.json({ items: await listDeliveries(engine.db, c.get('access').account, filter) });
  });

  app.post('/v1/webhooks/deliveries/:id/redeliver', async (c) => {
    const { account } = c.get('access');
    const idText = c.req.param('id');
    const id = parseMessageId(idText);
    const refusal = id === undefined ? 'unknown' : await redeliver(engine, account, id);
    if (id === undefined || refusal === 'unknown') {
      throw notFound(`There is no delivery ${idText.slice(0, 64)}: it never existed or was deleted`);
    }
    if (refusal !== undefined) throw new ApiError(409, 'conflict', redeliveryRefusals[refusal]);
    const [delivery] = await listDeliveries(engine.db, account, { id, limit: 1 });
    return c.json(delivery);
  });

  app.get('/v1/webhooks/:id', async (c) => {
    const id = parseId(c.req.param('id'), 'webhook');
    const [webhook] = await listWebhooks(engine.db, c.get('access').account, id);
    if (!webhook) throw notFound(`There is no webhook ${id}: it never existed or was deleted`);
    return c.json(webhook);
  });

  app.delete('/v1/webhooks/:id', async (c) => {
    const id = parseId(c.req.param('id'), 'webhook');
    const { account } = c.get('access');
    if (await engine.db.tx((tx) => deleteWebhook(tx, account, id, engine.clock.now()))) return c.body(null, 204);
    throw notFound(`There is no webhook ${id}: it never existed or was deleted`);
  });
}
