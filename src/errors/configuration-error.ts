import { MillraceError } from './millrace-error.js';

/** No address, no key, a setting that cannot be used, or a server that cannot do what was asked. */
export class ConfigurationError extends MillraceError {
  override readonly name: string = 'ConfigurationError';
  readonly code = 'configuration' as const;
}
