import { checkWebhook, webhookEventTypes } from 'millrace/shared/rules/webhook.js';
import type { WebhookEventType } from 'millrace/shared/types/webhook.js';
import { EngineError } from '../engine/engine-error.js';
import { PrivateAddressError, assertPublicHost } from '../webhooks/public-address.js';
import type { HttpContext } from './http-context.js';

interface WebhookInput {
  readonly url: string;
  readonly secret?: string | null | undefined;
  readonly events?: readonly string[] | null | undefined;
  readonly needsSecret: boolean;
}

interface ResolvedWebhook {
  readonly url: string;
  /** An empty string if the secret is optional and was omitted. */
  readonly secret: string;
  readonly events: WebhookEventType[];
}

/**
 * Validates a webhook and fills in the defaults.
 *
 * @param prefix Prepended to error messages.
 * @throws `EngineError` `validation` if the webhook is invalid, or if its host is `localhost` or a private IP address and
 * `webhookPrivateAddresses` is false.
 */
export function resolveWebhook({ settings }: HttpContext, input: WebhookInput, prefix = ''): ResolvedWebhook {
  const [issue] = checkWebhook(input, input);
  if (issue) throw new EngineError('validation', `${prefix}${issue.message}`);
  try {
    if (!settings.webhookPrivateAddresses) assertPublicHost(new URL(input.url));
  } catch (error) {
    if (!(error instanceof PrivateAddressError)) throw error;
    throw new EngineError('validation', `${prefix}Expected the url to have a public address: ${error.message}`);
  }
  const events = (input.events ?? webhookEventTypes) as readonly WebhookEventType[];
  return { url: input.url, secret: input.secret ?? '', events: [...new Set(events)] };
}
