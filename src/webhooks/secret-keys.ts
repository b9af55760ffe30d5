import { ValidationError } from '../errors/validation-error.js';
import { checkWebhookSecret, readWebhookSecret } from '../shared/rules/webhook.js';

/** The keys of secrets. @throws `ValidationError` */
export function secretKeys(secret: string | readonly string[]): Buffer[] {
  const secrets: readonly unknown[] = typeof secret === 'string' || !Array.isArray(secret) ? [secret] : secret;
  const keys = secrets.map(readWebhookSecret).filter((key) => key !== undefined);
  if (keys.length === secrets.length && keys.length > 0) return keys;
  const message = checkWebhookSecret(undefined) ?? '';
  throw new ValidationError([{ path: ['secret'], message: `${message}. It was shown when the webhook was made` }]);
}
