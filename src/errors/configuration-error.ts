import { brandErrorClass, MillraceError } from './millrace-error.js';

/** A required setting, such as the API URL or key, is missing or invalid, or the server does not support the call. */
export class ConfigurationError extends MillraceError {
  override readonly name: string = 'ConfigurationError';
  readonly code = 'configuration' as const;

  static {
    brandErrorClass(this, 'ConfigurationError');
  }
}
