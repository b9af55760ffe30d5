import type { RunStatus } from '../runs/run-status.js';

/** How a run ended. */
export type WebhookEventType = 'run.completed' | 'run.failed' | 'run.cancelled' | 'run.crashed';

/** What a webhook is sent: the body, parsed. */
export interface WebhookEvent {
  type: WebhookEventType;
  /** When the run ended, ISO 8601. */
  timestamp: string;
  /** The run's record at its end. One that is larger than 64 KiB as JSON comes without `input`, `result` and, if need be, `tasks`. */
  data: RunStatus;
}

/** Where the end of one run is told. */
export interface WebhookTarget {
  /** `http://…` or `https://…`, without a user name or password. */
  url: string;
  /** Your own `whsec_…`: `whsec_` and the base64 of 24 to 64 random bytes. */
  secret: string;
  /** @default all of them */
  events?: readonly WebhookEventType[] | undefined;
}

/** A webhook for every run of the account. */
export interface NewWebhook {
  /** `http://…` or `https://…`, without a user name or password. */
  url: string;
  /** `whsec_…`. @default a new one of the server's */
  secret?: string | undefined;
  /** @default all of them */
  events?: readonly WebhookEventType[] | undefined;
}

/** A webhook of the account, and how it fares. */
export interface Webhook {
  id: string;
  url: string;
  events: WebhookEventType[];
  createdAt: string;
  /** How many deliveries wait for their first or next attempt. */
  pending: number;
  /** How many were not taken up, because too many were waiting. */
  dropped: number;
  /** The newest ten. */
  deliveries: WebhookDelivery[];
}

/** A webhook with the secret that verifies what it is sent. */
export interface CreatedWebhook extends Webhook {
  /** Shown now and never again. */
  secret: string;
}

/** One message to one address. */
export interface WebhookDelivery {
  /** What the header `webhook-id` says, in each attempt. */
  id: string;
  /** `null`: of the run's own webhook. */
  webhookId: string | null;
  type: WebhookEventType;
  /** The run. */
  requestId: string;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  /** The HTTP status of the last answer. */
  status: number | null;
  /** Why the last attempt did not succeed. */
  error: string | null;
  createdAt: string;
  nextAttemptAt: string | null;
  endedAt: string | null;
}
