import { brandErrorClass, MillraceError } from './millrace-error.js';

/** The API URL or key is missing, a setting is invalid, or the server does not support the call. */
export class ConfigurationError extends MillraceError {
  override readonly name: string = 'ConfigurationError';
  readonly code = 'configuration' as const;

  static {
    brandErrorClass(this, 'ConfigurationError');
  }
}
