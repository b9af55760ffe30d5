import { brandErrorClass, MillraceError, type MillraceErrorOptions } from './millrace-error.js';

/** Options for an {@link ApiError}. */
export interface ApiErrorOptions extends MillraceErrorOptions {
  status: number;
  body: unknown;
  serverCode?: string | undefined;
  retryAfterMs?: number | undefined;
}

/** The server returned an error response. Common errors have subclasses, each with its own `code`. */
export class ApiError extends MillraceError {
  override readonly name: string = 'ApiError';
  readonly code: 'api' | 'authentication' | 'forbidden' | 'not_finished' | 'not_found' | 'rate_limit' = 'api';
  /** The HTTP status. Can be 200, because the hosted protocol reports some errors with that status. */
  readonly status: number;
  /** The server's error code, such as `already_exists`, if it sent one. */
  readonly serverCode: string | undefined;
  /** How long to wait before the next attempt, in milliseconds, if the server specified a delay. */
  readonly retryAfterMs: number | undefined;
  /**
   * The response body, parsed if it is JSON, otherwise as text. `null` or `undefined` if the client created the error without an error
   * response.
   */
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

  static {
    brandErrorClass(this, 'ApiError');
  }
}

/** The server rejected the API key. */
export class AuthenticationError extends ApiError {
  override readonly name: string = 'AuthenticationError';
  override readonly code = 'authentication' as const;

  static {
    brandErrorClass(this, 'AuthenticationError');
  }
}

/**
 * The API key is valid but not authorized for the call. For example, its role is too low, or it is restricted to other pipelines. The
 * message states the reason.
 */
export class ForbiddenError extends ApiError {
  override readonly name: string = 'ForbiddenError';
  override readonly code = 'forbidden' as const;

  static {
    brandErrorClass(this, 'ForbiddenError');
  }
}

/**
 * The resource, such as a file or a run, does not exist, belongs to another pipeline, was deleted or has expired. The error does not always
 * distinguish between these cases.
 */
export class NotFoundError extends ApiError {
  override readonly name: string = 'NotFoundError';
  override readonly code = 'not_found' as const;

  static {
    brandErrorClass(this, 'NotFoundError');
  }
}

/** The file is still being processed. Retry the call later. */
export class NotFinishedError extends ApiError {
  override readonly name: string = 'NotFinishedError';
  override readonly code = 'not_finished' as const;

  static {
    brandErrorClass(this, 'NotFinishedError');
  }
}

/** The client sent too many requests. If the server specified a delay, `retryAfterMs` is set. */
export class RateLimitError extends ApiError {
  override readonly name: string = 'RateLimitError';
  override readonly code = 'rate_limit' as const;

  static {
    brandErrorClass(this, 'RateLimitError');
  }
}
