import { finalRunStates } from 'millrace/shared/runs/run-state.js';
import type { WebhookEventType } from 'millrace/shared/types/webhook.js';

/** The event types that a webhook can subscribe to: one for each final state of a run, and one for the completion of a batch. */
export const eventTypes: readonly WebhookEventType[] = [
  ...finalRunStates.map((state) => `run.${state}` as const),
  'batch.completed',
];
