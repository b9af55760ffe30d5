import { randomUUID } from 'node:crypto';
import type { Connection } from '../http/connection.js';
import { callV1, deleteV1 } from '../http/call-v1.js';
import { checkOptions, Issues } from '../options/issues.js';
import { anyValueFor, integerAtLeast, type OptionRules } from '../options/option-rules.js';
import { requestRules } from '../options/request-options.js';
import { checkId } from '../shared/rules/arguments.js';
import { formatValue } from '../shared/rules/format-value.js';
import { checkWebhook } from '../shared/rules/webhook.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { CreatedWebhook, NewWebhook, Webhook, WebhookDelivery } from '../shared/types/webhook.js';

/** A filter for `client.webhooks.deliveries()`. */
export interface DeliveryFilter {
  /** Only deliveries about the run with this id. */
  requestId?: string | undefined;
  /** Only deliveries to the registered webhook with this id. */
  webhookId?: string | undefined;
  /** Maximum number of deliveries, at most 1000. @default 100 */
  limit?: number | undefined;
}

const deliveryRules: OptionRules<keyof DeliveryFilter> = {
  requestId: (value) => checkId(value),
  webhookId: (value) => checkId(value, 'a webhook id'),
  limit: integerAtLeast(1),
};

/** The account's registered webhooks: URLs that receive a message when a run or batch ends. Requires a Millrace server. */
export class Webhooks {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Registers a webhook for all batches in the account, and for all runs that have no parent run.
   *
   * @throws `ValidationError` if an argument is invalid; `ApiError` if the account has too many webhooks.
   * @example
   * ```ts
   * const { secret } = await client.webhooks.create({ url: 'https://example.com/millrace' });
   * ```
   */
  async create(webhook: NewWebhook, options: RequestOptions = {}): Promise<CreatedWebhook> {
    const issues = collectRequestIssues(options, 'webhooks.create()');
    issues.check(webhook, anyValueFor(['url', 'secret', 'events']), 'webhooks.create()');
    issues.addAll(['webhook'], checkWebhook(webhook, { needsSecret: false }));
    issues.throwIfAny();
    const call = { action: 'create a webhook', path: '/v1/webhooks', json: webhook, idempotencyKey: randomUUID() };
    return callV1(this.#connection, call, options, (v1) => v1.createdWebhookResponse);
  }

  /** Returns the account's registered webhooks, oldest first. */
  async list(options: RequestOptions = {}): Promise<Webhook[]> {
    checkOptions(options, requestRules, 'webhooks.list()');
    const call = { action: 'list webhooks', method: 'GET', path: '/v1/webhooks' } as const;
    const { items } = await callV1(this.#connection, call, options, (v1) => v1.webhooksResponse);
    return items;
  }

  /** Deletes a webhook and its deliveries, including pending ones. @throws `NotFoundError` if there is no such webhook. */
  async delete(webhookId: string, options: RequestOptions = {}): Promise<void> {
    const issues = collectRequestIssues(options, 'webhooks.delete()');
    issues.add(['webhookId'], checkId(webhookId, 'a webhook id'));
    issues.throwIfAny();
    const call = { action: `delete webhook ${webhookId}`, path: `/v1/webhooks/${webhookId.toLowerCase()}` };
    await deleteV1(this.#connection, call, options);
  }

  /**
   * Returns the deliveries that match the filter, newest first. They include deliveries to the webhooks of single runs and batches. The
   * server keeps ended deliveries for 7 days, but only the newest 100 per registered webhook or, for other webhooks, per URL origin.
   */
  async deliveries(filter: DeliveryFilter = {}, options: RequestOptions = {}): Promise<WebhookDelivery[]> {
    const issues = collectRequestIssues(options, 'webhooks.deliveries()');
    issues.check(filter, deliveryRules, 'webhooks.deliveries()');
    issues.throwIfAny();
    const { requestId, webhookId, limit } = filter;
    const query = new URLSearchParams({
      ...(requestId !== undefined && { run: requestId }),
      ...(webhookId !== undefined && { webhook: webhookId }),
      ...(limit !== undefined && { limit: String(limit) }),
    });
    const path = `/v1/webhooks/deliveries?${query.toString()}`;
    const call = { action: 'list webhook deliveries', method: 'GET', path } as const;
    const { items } = await callV1(this.#connection, call, options, (v1) => v1.deliveriesResponse);
    return items;
  }

  /**
   * Queues a delivery to be sent again, with the same message id and the current record of its run or batch. Only ended deliveries to
   * registered webhooks can be sent again.
   *
   * @param deliveryId The delivery's `id`, which starts with `msg_`.
   * @throws `NotFoundError` if there is no such delivery; `ApiError` if the delivery cannot be sent again, for example
   * because it is pending, or because its run or batch was deleted or is now in another state.
   * @example
   * ```ts
   * const failed = (await client.webhooks.deliveries()).filter(({ state }) => state === 'failed');
   * for (const { id } of failed) await client.webhooks.redeliver(id);
   * ```
   */
  async redeliver(deliveryId: string, options: RequestOptions = {}): Promise<WebhookDelivery> {
    const issues = collectRequestIssues(options, 'webhooks.redeliver()');
    issues.add(['deliveryId'], checkDeliveryId(deliveryId));
    issues.throwIfAny();
    const path = `/v1/webhooks/deliveries/${deliveryId}/redeliver`;
    return callV1(this.#connection, { action: `send ${deliveryId} again`, path }, options, (v1) => v1.deliveryResponse);
  }
}

function checkDeliveryId(value: unknown): string | undefined {
  if (typeof value === 'string' && /^msg_[0-9a-f-]{36}$/i.test(value)) return undefined;
  return `Expected a delivery id such as msg_339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10, got ${formatValue(value)}`;
}

function collectRequestIssues(options: RequestOptions, callName: string): Issues {
  const issues = new Issues();
  issues.check(options, requestRules, callName);
  return issues;
}
