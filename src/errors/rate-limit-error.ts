import { ApiError } from './api-error.js';

/** Too many requests. `retryAfterMs` says how long the server asks to wait. */
export class RateLimitError extends ApiError {
  override readonly name: string = 'RateLimitError';
}
