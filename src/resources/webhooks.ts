import { randomUUID } from 'node:crypto';
import { Issues } from '../options/issues.js';
import { checkRequestOptions, isWhole, requestOptionNames } from '../options/request-options.js';
import { NotFoundError } from '../errors/not-found-error.js';
import type { Connection } from '../http/connection.js';
import { refusal } from '../http/refusal.js';
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
import { requireRecords } from '../http/require-records.js';

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
    await requireRecords(this.#connection, options);
    const what = 'make a webhook';
    const call = { what, path: '/v1/webhooks', json: webhook, idempotencyKey: randomUUID() };
    const response = await this.#connection.ask(call, options);
    const [{ createdWebhookResponse }, { readResponse }] = await loadWire();
    return readResponse(createdWebhookResponse, response.body, what);
  }

  async list(options: RequestOptions = {}): Promise<Webhook[]> {
    checkedOptions(options, 'webhooks.list()').throwIfAny();
    await requireRecords(this.#connection, options);
    const what = 'list webhooks';
    const response = await this.#connection.ask({ what, method: 'GET', path: '/v1/webhooks' }, options);
    const [{ webhooksResponse }, { readResponse }] = await loadWire();
    return readResponse(webhooksResponse, response.body, what).items;
  }

  /** One that is gone when the request is repeated was deleted by the first one, whose answer was lost. */
  async delete(webhookId: string, options: RequestOptions = {}): Promise<void> {
    const issues = checkedOptions(options, 'webhooks.delete()');
    issues.add(['webhookId'], checkId(webhookId, 'a webhook id'));
    issues.throwIfAny();
    await requireRecords(this.#connection, options);
    const what = `delete webhook ${webhookId}`;
    const call = { what, method: 'DELETE', path: `/v1/webhooks/${webhookId.toLowerCase()}` } as const;
    const response = await this.#connection.send(call, options);
    if (response.status >= 200 && response.status < 300) return;
    const failure = refusal(what, response);
    if (response.mayBeRepetition && failure instanceof NotFoundError) return;
    throw failure;
  }

  async deliveries(filter: DeliveryFilter = {}, options: RequestOptions = {}): Promise<WebhookDelivery[]> {
    const issues = checkedOptions(options, 'webhooks.deliveries()');
    const names = ['requestId', 'webhookId', 'limit'] as const;
    const { requestId, webhookId, limit } = issues.addUnknown(filter, names, 'the filter of webhooks.deliveries()');
    if (requestId !== undefined) issues.add(['requestId'], checkId(requestId));
    if (webhookId !== undefined) issues.add(['webhookId'], checkId(webhookId, 'a webhook id'));
    issues.expect('limit', limit, isWhole(limit, 1), 'a whole number from 1 up');
    issues.throwIfAny();
    await requireRecords(this.#connection, options);
    const query = new URLSearchParams({
      ...(requestId !== undefined && { run: requestId }),
      ...(webhookId !== undefined && { webhook: webhookId }),
      ...(limit !== undefined && { limit: String(limit) }),
    });
    const what = 'list deliveries of webhooks';
    const path = `/v1/webhooks/deliveries?${query.toString()}`;
    const response = await this.#connection.ask({ what, method: 'GET', path }, options);
    const [{ deliveriesResponse }, { readResponse }] = await loadWire();
    return readResponse(deliveriesResponse, response.body, what).items;
  }
}

function checkedOptions(options: RequestOptions, of: string): Issues {
  const issues = new Issues();
  checkRequestOptions(issues.addUnknown(options, requestOptionNames, of), issues);
  return issues;
}

function loadWire() {
  return Promise.all([import('../shared/wire/v1-responses.js'), import('../shared/wire/read-response.js')]);
}
