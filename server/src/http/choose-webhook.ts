import { checkWebhook, webhookEventTypes } from 'millrace/shared/rules/webhook.js';
import type { WebhookEventType } from 'millrace/shared/types/webhook.js';
import { EngineError } from '../engine/engine-error.js';
import { PrivateAddressError, refusePrivateHost } from '../webhooks/public-address.js';
import type { HttpContext } from './http-context.js';

interface WebhookInput {
  readonly url: string;
  readonly secret?: string | null | undefined;
  readonly events?: readonly string[] | null | undefined;
  readonly needsSecret: boolean;
}

interface ChosenWebhook {
  readonly url: string;
  /** The secret, or an empty string if an optional secret was omitted. */
  readonly secret: string;
  readonly events: WebhookEventType[];
}

/** Validates a webhook. @throws `EngineError` `validation` if it is invalid or its address is recognizably private. */
export function chooseWebhook({ settings }: HttpContext, input: WebhookInput, prefix = ''): ChosenWebhook {
  const [issue] = checkWebhook(input, input);
  if (issue) throw new EngineError('validation', `${prefix}${issue.message}`);
  try {
    if (!settings.webhookPrivateAddresses) refusePrivateHost(new URL(input.url));
  } catch (error) {
    if (!(error instanceof PrivateAddressError)) throw error;
    throw new EngineError('validation', `${prefix}Expected the webhook url to be reachable: ${error.message}`);
  }
  const events = (input.events ?? webhookEventTypes) as readonly WebhookEventType[];
  return { url: input.url, secret: input.secret ?? '', events: [...new Set(events)] };
}
