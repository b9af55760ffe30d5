import { checkWebhook, webhookEventTypes } from 'millrace/shared/rules/webhook.js';
import type { WebhookEventType } from 'millrace/shared/types/webhook.js';
import { EngineError } from '../engine/engine-error.js';
import { PrivateAddressError, refusePrivateHost } from '../webhooks/public-address.js';
import type { HttpContext } from './http-context.js';

interface GivenWebhook {
  readonly url: string;
  readonly secret?: string | null | undefined;
  readonly events?: readonly string[] | null | undefined;
  readonly needsSecret: boolean;
}

interface ChosenWebhook {
  readonly url: string;
  /** Empty when it is optional and was not given. */
  readonly secret: string;
  readonly events: WebhookEventType[];
}

/** Checks a webhook. @throws `EngineError` `validation`, also for an address that is visibly private. */
export function chooseWebhook({ settings }: HttpContext, given: GivenWebhook, prefix = ''): ChosenWebhook {
  const [issue] = checkWebhook(given, given);
  if (issue) throw new EngineError('validation', `${prefix}${issue.message}`);
  try {
    if (!settings.webhookPrivateAddresses) refusePrivateHost(new URL(given.url));
  } catch (error) {
    if (!(error instanceof PrivateAddressError)) throw error;
    throw new EngineError('validation', `${prefix}Expected the url of a webhook to be reachable: ${error.message}`);
  }
  const events = (given.events ?? webhookEventTypes) as readonly WebhookEventType[];
  return { url: given.url, secret: given.secret ?? '', events: [...new Set(events)] };
}
