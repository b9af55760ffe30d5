import { randomUUID } from 'node:crypto';
import { Issues } from '../options/issues.js';
import { checkRequestOptions, isWhole, requestOptionNames } from '../options/request-options.js';
import type { Connection } from '../http/connection.js';
import { checkId } from '../shared/rules/identifier.js';
import { checkWebhook } from '../shared/rules/webhook.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type {
  CreatedWebhook,
  DeliveryFilter,
  NewWebhook,
  Webhook,
  WebhookDelivery,
  Webhooks,
} from '../shared/types/webhook.js';
import { v1Call, v1Delete } from '../http/v1-call.js';

/** `/v1/webhooks` */
export class ServerWebhooks implements Webhooks {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async create(webhook: NewWebhook, options: RequestOptions = {}): Promise<CreatedWebhook> {
    const issues = checkedOptions(options, 'webhooks.create()');
    issues.addUnknown(webhook, ['url', 'secret', 'events'], 'the webhook of webhooks.create()');
    issues.addAll(['webhook'], checkWebhook(webhook, { needsSecret: false }));
    issues.throwIfAny();
    const call = { what: 'make a webhook', path: '/v1/webhooks', json: webhook, idempotencyKey: randomUUID() };
    return v1Call(this.#connection, call, options, (v1) => v1.createdWebhookResponse);
  }

  async list(options: RequestOptions = {}): Promise<Webhook[]> {
    checkedOptions(options, 'webhooks.list()').throwIfAny();
    const call = { what: 'list webhooks', method: 'GET', path: '/v1/webhooks' } as const;
    const { items } = await v1Call(this.#connection, call, options, (v1) => v1.webhooksResponse);
    return items;
  }

  async delete(webhookId: string, options: RequestOptions = {}): Promise<void> {
    const issues = checkedOptions(options, 'webhooks.delete()');
    issues.add(['webhookId'], checkId(webhookId, 'a webhook id'));
    issues.throwIfAny();
    const call = { what: `delete webhook ${webhookId}`, path: `/v1/webhooks/${webhookId.toLowerCase()}` };
    await v1Delete(this.#connection, call, options);
  }

  async deliveries(filter: DeliveryFilter = {}, options: RequestOptions = {}): Promise<WebhookDelivery[]> {
    const issues = checkedOptions(options, 'webhooks.deliveries()');
    const names = ['requestId', 'webhookId', 'limit'] as const;
    const { requestId, webhookId, limit } = issues.addUnknown(filter, names, 'the filter of webhooks.deliveries()');
    if (requestId !== undefined) issues.add(['requestId'], checkId(requestId));
    if (webhookId !== undefined) issues.add(['webhookId'], checkId(webhookId, 'a webhook id'));
    issues.expect('limit', limit, isWhole(limit, 1), 'a whole number from 1 up');
    issues.throwIfAny();
    const query = new URLSearchParams({
      ...(requestId !== undefined && { run: requestId }),
      ...(webhookId !== undefined && { webhook: webhookId }),
      ...(limit !== undefined && { limit: String(limit) }),
    });
    const path = `/v1/webhooks/deliveries?${query.toString()}`;
    const call = { what: 'list deliveries of webhooks', method: 'GET', path } as const;
    const { items } = await v1Call(this.#connection, call, options, (v1) => v1.deliveriesResponse);
    return items;
  }
}

function checkedOptions(options: RequestOptions, of: string): Issues {
  const issues = new Issues();
  checkRequestOptions(issues.addUnknown(options, requestOptionNames, of), issues);
  return issues;
}
