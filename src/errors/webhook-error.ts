import { brandErrorClass, MillraceError } from './millrace-error.js';

/** The request is not a valid webhook message, or it is too old or was tampered with. Respond with status 400. */
export class WebhookError extends MillraceError {
  override readonly name: string = 'WebhookError';
  readonly code = 'webhook' as const;

  static {
    brandErrorClass(this, 'WebhookError');
  }
}
