import { readRetryAfter } from 'millrace/shared/rules/retry-after.js';
import { readWebhookSecret, webhookHeaders } from 'millrace/shared/rules/webhook.js';
import type { Clock } from '../system/clock.js';
import type { Logger } from '../system/logger.js';
import type { Db } from '../store/db/db.js';
import {
  claimDeliveries,
  deliveryChannel,
  messageId,
  releaseDelivery,
  settleDelivery,
  type ClaimedDelivery,
} from '../store/tables/webhook-deliveries.js';
import { postMessage, type PostOutcome } from './post-message.js';
import type { SecretBox } from './secret-box.js';

interface SenderOptions {
  readonly secrets: SecretBox;
  readonly allowPrivate: boolean;
  /** Timeout for each attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** How long to wait after each failed attempt, in milliseconds. If an attempt fails after the last wait, the delivery fails. */
  readonly retryMs: readonly number[];
  /** Interval between polls for due deliveries, in milliseconds. */
  readonly pollMs: number;
  readonly userAgent: string;
}

/** Maximum number of concurrent deliveries. */
const concurrency = 16;
/** Maximum number of concurrent deliveries to one target. */
const perTarget = 4;

/** Additional lease time, in milliseconds, for the database queries before and after an attempt. */
const leaseSlackMs = 15_000;

/** The HTTP status that ends a delivery without further retries. */
const gone = 410;

/** Sends due webhook deliveries until it is closed. Servers that use the same store share the deliveries. */
export class WebhookSender {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #options: SenderOptions;
  readonly #closing = new AbortController();
  readonly #sending = new Map<Promise<void>, string>();
  #pass: Promise<void> | undefined;
  #again = false;
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
    sender.#timer = setInterval(poll, options.pollMs).unref();
    poll();
    return sender;
  }

  /** Releases the deliveries in progress, so that another server can send them, or this server after a restart. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    await this.#stopListening?.();
    await this.#pass;
    await Promise.all(this.#sending.keys());
  }

  /** Starts a pass over due deliveries. Only one pass runs at a time, so a call during a pass schedules another pass. */
  #poll(): void {
    if (this.#closing.signal.aborted) return;
    if (this.#pass) {
      this.#again = true;
      return;
    }
    this.#again = false;
    this.#pass = this.#claim()
      .catch((error: unknown) => this.#logger.warn('failed to poll for webhook deliveries', { error: String(error) }))
      .finally(() => {
        this.#pass = undefined;
        if (this.#again) this.#poll();
      });
  }

  async #claim(): Promise<void> {
    const free = concurrency - this.#sending.size;
    if (free <= 0) return;
    const now = this.#clock.now();
    const claimed = await claimDeliveries(this.#db, {
      busy: [...new Set(this.#sending.values())],
      limit: free,
      perTarget,
      now,
      until: new Date(now.getTime() + this.#options.timeoutMs + leaseSlackMs),
    });
    for (const delivery of claimed) this.#start(delivery);
  }

  #start(delivery: ClaimedDelivery): void {
    const sending = this.#send(delivery)
      .catch((error: unknown) => this.#logger.warn('failed to record a webhook delivery', { error: String(error) }))
      .finally(() => {
        this.#sending.delete(sending);
        this.#poll();
      });
    this.#sending.set(sending, delivery.target);
  }

  async #send(delivery: ClaimedDelivery): Promise<void> {
    const outcome = await this.#post(delivery);
    const now = this.#clock.now();
    if (outcome.error !== null && this.#closing.signal.aborted) return releaseDelivery(this.#db, delivery, now);
    const isOver = outcome.error === null || outcome.status === gone;
    const next = isOver ? null : nextAttempt(delivery.attempts, outcome.retryAfter, this.#options.retryMs, now);
    await this.#db.tx((tx) => settleDelivery(tx, delivery, outcome, next, now));
    const { error } = outcome;
    if (error !== null) this.#logger.info('webhook delivery failed', { id: delivery.id, error, next });
  }

  async #post({ id, url, secret, body }: ClaimedDelivery): Promise<PostOutcome> {
    const { allowPrivate, timeoutMs, secrets } = this.#options;
    const key = readWebhookSecret(secrets.unseal(secret));
    if (!key)
      return { status: null, error: 'its secret was sealed with a different webhook.key; recreate the webhook' };
    const timestamp = Math.floor(this.#clock.now().getTime() / 1000);
    const headers = { 'user-agent': this.#options.userAgent, ...webhookHeaders(key, messageId(id), timestamp, body) };
    return postMessage({ url, headers, body }, { allowPrivate, timeoutMs, signal: this.#closing.signal });
  }
}

/**
 * Returns the time of the next attempt, or `null` after the last one.
 *
 * @param retryAfter The receiver's `Retry-After` header. It can delay the attempt by at most the longest wait in the schedule, but
 * cannot bring the attempt forward.
 */
function nextAttempt(
  attempts: number,
  retryAfter: string | undefined,
  retryMs: readonly number[],
  now: Date,
): Date | null {
  const wait = retryMs[attempts - 1];
  if (wait === undefined) return null;
  const requested = retryAfter === undefined ? 0 : (readRetryAfter({ 'retry-after': retryAfter }, now.getTime()) ?? 0);
  // ±10% jitter, so that deliveries that failed together are not retried together
  const jittered = wait * (0.9 + Math.random() / 5);
  return new Date(now.getTime() + Math.max(jittered, Math.min(requested, Math.max(...retryMs))));
}
