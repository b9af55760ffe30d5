import { MillraceError, type MillraceErrorOptions } from './millrace-error.js';

/** The options of an {@link ApiError}. */
export interface ApiErrorOptions extends MillraceErrorOptions {
  status: number;
  body: unknown;
  serverCode?: string | undefined;
  retryAfterMs?: number | undefined;
}

/** The server refused the request. */
export class ApiError extends MillraceError {
  override readonly name: string = 'ApiError';
  readonly code = 'api' as const;
  /** The HTTP status. */
  readonly status: number;
  /** The server's code for the refusal, for example `already_exists`, if it sent one. */
  readonly serverCode: string | undefined;
  /** Milliseconds that the server asks to wait before the next attempt, if it does. */
  readonly retryAfterMs: number | undefined;
  /** The response body: parsed if it is JSON, otherwise its text. */
  readonly body: unknown;

  constructor(message: string, options: ApiErrorOptions) {
    super(message, options);
    this.status = options.status;
    this.serverCode = options.serverCode;
    this.retryAfterMs = options.retryAfterMs;
    this.body = options.body;
  }

  override toJSON(): Record<string, unknown> {
    const { status, serverCode, retryAfterMs, body } = this;
    return {
      ...super.toJSON(),
      status,
      ...(serverCode !== undefined && { serverCode }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      body,
    };
  }
}

/** The server does not know the key. */
export class AuthenticationError extends ApiError {
  override readonly name: string = 'AuthenticationError';
}

/** The file, the run or the like is unknown, deleted or expired: a server does not distinguish these. */
export class NotFoundError extends ApiError {
  override readonly name: string = 'NotFoundError';
}

/** The file is still being processed. The same call succeeds later. */
export class NotFinishedError extends ApiError {
  override readonly name: string = 'NotFinishedError';
}

/** The client sent too many requests. `retryAfterMs` is how long the server asks to wait. */
export class RateLimitError extends ApiError {
  override readonly name: string = 'RateLimitError';
}
