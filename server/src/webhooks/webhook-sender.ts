import { readWebhookSecret } from 'millrace/shared/rules/webhook.js';
import { webhookHeaders } from 'millrace/shared/rules/webhook-signature.js';
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
import { nextAttempt } from './next-attempt.js';
import { postMessage, type PostOutcome } from './post-message.js';
import type { SecretBox } from './secret-box.js';

export interface SenderOptions {
  readonly secrets: SecretBox;
  readonly allowPrivate: boolean;
  /** For one attempt. */
  readonly timeoutMs: number;
  /** How long to wait after each attempt that did not succeed; after as many and one more it is given up. */
  readonly retryMs: readonly number[];
  /** Between two looks for what is due. */
  readonly pollMs: number;
  readonly userAgent: string;
}

/** Messages on their way at the same time: in all, and to one address. */
const concurrency = 16;
const perTarget = 4;

/** Beyond an attempt's timeout, for the records before and after it. */
const leaseSlackMs = 15_000;

/** The receiver's word for "never again". */
const gone = 410;

/** Sends what is due to webhooks, until it is closed. Several servers on one store share the work. */
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
    const look = () => sender.#look();
    sender.#stopListening = await db.listen(deliveryChannel, look, look);
    sender.#timer = setInterval(look, options.pollMs).unref();
    look();
    return sender;
  }

  /** What is under way is given back, and sent by whoever comes next. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    await this.#stopListening?.();
    await this.#pass;
    await Promise.all(this.#sending.keys());
  }

  /** One look at a time; whoever asks during one gets another. */
  #look(): void {
    if (this.#closing.signal.aborted) return;
    if (this.#pass) {
      this.#again = true;
      return;
    }
    this.#again = false;
    this.#pass = this.#claim()
      .catch((error: unknown) => this.#logger.warn('webhooks could not be looked for', { error: String(error) }))
      .finally(() => {
        this.#pass = undefined;
        if (this.#again) this.#look();
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
      .catch((error: unknown) => this.#logger.warn('a webhook was not recorded', { error: String(error) }))
      .finally(() => {
        this.#sending.delete(sending);
        this.#look();
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
    if (error !== null) this.#logger.info('a webhook did not arrive', { id: delivery.id, error, next });
  }

  async #post({ id, url, secret, body }: ClaimedDelivery): Promise<PostOutcome> {
    const { allowPrivate, timeoutMs, secrets } = this.#options;
    const key = readWebhookSecret(secrets.unseal(secret));
    if (!key) return { status: null, error: 'its secret was kept with another webhook.key: make the webhook again' };
    const timestamp = Math.floor(this.#clock.now().getTime() / 1000);
    const headers = { 'user-agent': this.#options.userAgent, ...webhookHeaders(key, messageId(id), timestamp, body) };
    return postMessage({ url, headers, body }, { allowPrivate, timeoutMs, signal: this.#closing.signal });
  }
}
