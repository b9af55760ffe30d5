import { readRetryAfter } from 'millrace/shared/rules/retry-after.js';
import { decodeWebhookSecret, createWebhookHeaders } from 'millrace/shared/rules/webhook.js';
import type { Clock } from '../system/clock.js';
import type { Logger } from '../system/logger.js';
import type { Db } from '../store/db/db.js';
import {
  claimDeliveries,
  deliveryChannel,
  toMessageId,
  releaseDelivery,
  recordAttemptOutcome,
  type ClaimedDelivery,
} from '../store/tables/webhooks/webhook-deliveries.js';
import { postMessage, type PostOutcome } from './post-message.js';
import type { SecretBox } from './secret-box.js';

interface SenderOptions {
  readonly secrets: SecretBox;
  readonly allowPrivateAddresses: boolean;
  /** Timeout for each attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** The delay after each failed attempt, in milliseconds. If the attempt after the last delay fails, the delivery fails. */
  readonly retryDelaysMs: readonly number[];
  /** Interval between polls for due deliveries, in milliseconds. */
  readonly pollIntervalMs: number;
  readonly userAgent: string;
}

/** Maximum number of concurrent deliveries. */
const concurrency = 16;
/** Maximum number of concurrent deliveries to one target. */
const maxPerTarget = 4;

/** Extra lease time for the database queries before and after an attempt, in milliseconds. */
const leaseMarginMs = 15_000;

/** The HTTP status that ends a delivery without further retries. */
const goneStatus = 410;

/** Sends due webhook deliveries until it is closed. Servers with the same database share the deliveries. */
export class WebhookSender {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #options: SenderOptions;
  readonly #closeController = new AbortController();
  /** The target of each delivery in progress, by the promise that resolves when the attempt ends. */
  readonly #targetByDelivery = new Map<Promise<void>, string>();
  #claiming: Promise<void> | undefined;
  #shouldClaimAgain = false;
  #stopListening: (() => Promise<void>) | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(db: Db, clock: Clock, logger: Logger, options: SenderOptions) {
    this.#db = db;
    this.#clock = clock;
    this.#logger = logger;
    this.#options = options;
  }

  static async open(db: Db, clock: Clock, logger: Logger, options: SenderOptions): Promise<WebhookSender> {
    const sender = new WebhookSender(db, clock, logger, options);
    const poll = () => sender.#poll();
    sender.#stopListening = await db.listen(deliveryChannel, poll, poll);
    sender.#timer = setInterval(poll, options.pollIntervalMs).unref();
    poll();
    return sender;
  }

  /** Aborts the attempts in progress and releases their deliveries. Another server, or this server after a restart, then sends them. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closeController.abort();
    await this.#stopListening?.();
    await this.#claiming;
    await Promise.all(this.#targetByDelivery.keys());
  }

  /** Claims due deliveries and starts sending them. If a claim is already running, claims again when it ends. */
  #poll(): void {
    if (this.#closeController.signal.aborted) return;
    if (this.#claiming) {
      this.#shouldClaimAgain = true;
      return;
    }
    this.#shouldClaimAgain = false;
    this.#claiming = this.#claim()
      .catch((error: unknown) => this.#logger.warn('failed to poll for webhook deliveries', { error: String(error) }))
      .finally(() => {
        this.#claiming = undefined;
        if (this.#shouldClaimAgain) this.#poll();
      });
  }

  async #claim(): Promise<void> {
    const freeSlots = concurrency - this.#targetByDelivery.size;
    if (freeSlots <= 0) return;
    const now = this.#clock.now();
    const claimed = await claimDeliveries(this.#db, {
      busyTargets: [...new Set(this.#targetByDelivery.values())],
      limit: freeSlots,
      maxPerTarget,
      now,
      leaseExpiresAt: new Date(now.getTime() + this.#options.timeoutMs + leaseMarginMs),
    });
    for (const delivery of claimed) this.#start(delivery);
  }

  #start(delivery: ClaimedDelivery): void {
    const pendingDelivery = this.#send(delivery)
      .catch((error: unknown) => this.#logger.warn('failed to record a webhook delivery', { error: String(error) }))
      .finally(() => {
        this.#targetByDelivery.delete(pendingDelivery);
        this.#poll();
      });
    this.#targetByDelivery.set(pendingDelivery, delivery.target);
  }

  async #send(delivery: ClaimedDelivery): Promise<void> {
    const outcome = await this.#post(delivery);
    const now = this.#clock.now();
    if (outcome.error !== null && this.#closeController.signal.aborted) return releaseDelivery(this.#db, delivery, now);
    const isFinal = outcome.error === null || outcome.status === goneStatus;
    const nextAttemptAt = isFinal
      ? null
      : computeNextAttemptTime(delivery.attempts, outcome.retryAfter, this.#options.retryDelaysMs, now);
    await this.#db.tx((tx) => recordAttemptOutcome(tx, delivery, outcome, nextAttemptAt, now));
    const { error } = outcome;
    if (error !== null)
      this.#logger.info('webhook delivery attempt failed', { id: delivery.id, error, next: nextAttemptAt });
  }

  async #post({ id, url, secret, body }: ClaimedDelivery): Promise<PostOutcome> {
    const { allowPrivateAddresses, timeoutMs, secrets } = this.#options;
    const key = decodeWebhookSecret(secrets.unseal(secret));
    if (!key)
      return {
        status: null,
        error: "the webhook's secret was encrypted with a different webhook.key; recreate the webhook",
      };
    const timestamp = Math.floor(this.#clock.now().getTime() / 1000);
    const headers = {
      'user-agent': this.#options.userAgent,
      ...createWebhookHeaders(key, toMessageId(id), timestamp, body),
    };
    return postMessage(
      { url, headers, body },
      { allowPrivateAddresses, timeoutMs, signal: this.#closeController.signal },
    );
  }
}

/**
 * Returns the time of the next attempt, or `null` if there are no attempts left.
 *
 * @param retryAfter The receiver's `Retry-After` header. A longer delay in this header replaces the scheduled delay, up to the longest of
 * `retryDelaysMs`.
 */
function computeNextAttemptTime(
  attempts: number,
  retryAfter: string | undefined,
  retryDelaysMs: readonly number[],
  now: Date,
): Date | null {
  const delayMs = retryDelaysMs[attempts - 1];
  if (delayMs === undefined) return null;
  const requestedMs =
    retryAfter === undefined ? 0 : (readRetryAfter({ 'retry-after': retryAfter }, now.getTime()) ?? 0);
  // ±10% jitter, so that deliveries that failed together are not retried at the same moment
  const jitteredMs = delayMs * (0.9 + Math.random() / 5);
  return new Date(now.getTime() + Math.max(jitteredMs, Math.min(requestedMs, Math.max(...retryDelaysMs))));
}
