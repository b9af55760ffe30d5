import { ApiError, type ApiErrorOptions } from './api-error.js';

/** Too many requests. */
export class RateLimitError extends ApiError {
  override readonly name: string = 'RateLimitError';
  /** How long the server asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: ApiErrorOptions & { retryAfterMs?: number | undefined }) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), ...(this.retryAfterMs !== undefined && { retryAfterMs: this.retryAfterMs }) };
  }
}
