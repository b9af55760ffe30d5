import { MillraceError, type MillraceErrorOptions } from './millrace-error.js';

/** An answer that is not what the protocol says: something else listens there, or it is broken. */
export class ResponseShapeError extends MillraceError {
  override readonly name: string = 'ResponseShapeError';
  readonly code = 'response_shape' as const;
  /** The answer, parsed where it is JSON. */
  readonly body: unknown;

  constructor(message: string, body: unknown, options?: MillraceErrorOptions) {
    super(message, options);
    this.body = body;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), body: this.body };
  }
}
