import type { RunStatus } from '../runs/run-status.js';

/** The event of a webhook: how a run ended. */
export type WebhookEventType = 'run.completed' | 'run.failed' | 'run.cancelled' | 'run.crashed';

/** The parsed body of a webhook. */
export interface WebhookEvent {
  type: WebhookEventType;
  /** When the run ended, ISO 8601. */
  timestamp: string;
  /** The run's last record. If it is larger than 64 KiB as JSON, `input` and `result` are left out, and `tasks` if necessary. */
  data: RunStatus;
}

/** The address that receives a webhook when one run ends. */
export interface WebhookTarget {
  /** `http://…` or `https://…`, without a user name or password. */
  url: string;
  /** Your own `whsec_…`: `whsec_` and the base64 of 24 to 64 random bytes. */
  secret: string;
  /** The events to send. @default all events */
  events?: readonly WebhookEventType[] | undefined;
}

/** A webhook for every run of the account. */
export interface NewWebhook {
  /** `http://…` or `https://…`, without a user name or password. */
  url: string;
  /** `whsec_…`. @default a new one, which the server makes */
  secret?: string | undefined;
  /** The events to send. @default all events */
  events?: readonly WebhookEventType[] | undefined;
}

/** A webhook of the account, with its deliveries. */
export interface Webhook {
  id: string;
  url: string;
  events: WebhookEventType[];
  createdAt: string;
  /** The number of deliveries that wait for their first or next attempt. */
  pending: number;
  /** The number of deliveries that were dropped because too many were waiting. */
  dropped: number;
  /** The ten newest deliveries. */
  deliveries: WebhookDelivery[];
}

/** A new webhook, with the secret that verifies its messages. */
export interface CreatedWebhook extends Webhook {
  /** The server returns it only once. */
  secret: string;
}

/** The delivery of one message to one address. */
export interface WebhookDelivery {
  /** The value of the header `webhook-id`, the same in each attempt. */
  id: string;
  /** `null` for the webhook of a single run. */
  webhookId: string | null;
  type: WebhookEventType;
  /** The id of the run. */
  requestId: string;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  /** The HTTP status of the last response. */
  status: number | null;
  /** Why the last attempt failed. */
  error: string | null;
  createdAt: string;
  nextAttemptAt: string | null;
  endedAt: string | null;
}
