import { brandErrorClass, MillraceError } from './millrace-error.js';

/**
 * The request is not a webhook message that this version supports, its timestamp is too far from the current time, or no signature matches.
 * Respond with status 400.
 */
export class WebhookError extends MillraceError {
  override readonly name: string = 'WebhookError';
  readonly code = 'webhook' as const;

  static {
    brandErrorClass(this, 'WebhookError');
  }
}
