import { brandErrorClass, MillraceError } from './millrace-error.js';

/**
 * A setting, such as the API URL or key, is missing or invalid, or `resume()` needs an option that was not given. Also thrown if the server
 * does not support the call, or if the browser build of axios was loaded.
 */
export class ConfigurationError extends MillraceError {
  override readonly name: string = 'ConfigurationError';
  readonly code = 'configuration' as const;

  static {
    brandErrorClass(this, 'ConfigurationError');
  }
}
