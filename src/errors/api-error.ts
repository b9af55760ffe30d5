import { MillraceError, type MillraceErrorOptions } from './millrace-error.js';

/** What an {@link ApiError} is made of. */
export interface ApiErrorOptions extends MillraceErrorOptions {
  status: number;
  body: unknown;
  serverCode?: string | undefined;
  retryAfterMs?: number | undefined;
}

/** The server answered, and refused. */
export class ApiError extends MillraceError {
  override readonly name: string = 'ApiError';
  readonly code = 'api' as const;
  /** The HTTP status. */
  readonly status: number;
  /** The server's own word for the kind of refusal, for example `already_exists`, where it has one. */
  readonly serverCode: string | undefined;
  /** How long the server asks to wait before the next attempt, where it does. */
  readonly retryAfterMs: number | undefined;
  /** The answer, parsed where it is JSON. */
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
