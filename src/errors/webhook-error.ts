import { MillraceError } from './millrace-error.js';

/** A request that claims to be a webhook's and is not, or is too old, or was changed on its way. Answer it with status 400. */
export class WebhookError extends MillraceError {
  override readonly name: string = 'WebhookError';
  readonly code = 'webhook' as const;
}
