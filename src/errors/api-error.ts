import { MillraceError, type MillraceErrorOptions } from './millrace-error.js';

export interface ApiErrorOptions extends MillraceErrorOptions {
  status: number;
  body: unknown;
  serverCode?: string | undefined;
}

/** The server answered, and refused. */
export class ApiError extends MillraceError {
  override readonly name: string = 'ApiError';
  readonly code = 'api' as const;
  /** The HTTP status. */
  readonly status: number;
  /** The server's own word for the kind of refusal, for example `already_exists`, where it has one. */
  readonly serverCode: string | undefined;
  /** The answer, parsed where it is JSON. */
  readonly body: unknown;

  constructor(message: string, options: ApiErrorOptions) {
    super(message, options);
    this.status = options.status;
    this.serverCode = options.serverCode;
    this.body = options.body;
  }

  override toJSON(): Record<string, unknown> {
    const { status, serverCode, body } = this;
    return { ...super.toJSON(), status, ...(serverCode !== undefined && { serverCode }), body };
  }
}
