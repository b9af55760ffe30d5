import { brandErrorClass, MillraceError, type MillraceErrorOptions } from './millrace-error.js';

/** The response does not follow the protocol. Either the URL points to a different service, or the server is broken. */
export class ResponseShapeError extends MillraceError {
  override readonly name: string = 'ResponseShapeError';
  readonly code = 'response_shape' as const;
  /** The response body, parsed if it is JSON, otherwise as text. */
  readonly body: unknown;

  constructor(message: string, body: unknown, options?: MillraceErrorOptions) {
    super(message, options);
    this.body = body;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), body: this.body };
  }

  static {
    brandErrorClass(this, 'ResponseShapeError');
  }
}

/**
 * A file does not have the expected size or checksum. Either the file changed during its upload, or a download does not match the size or
 * checksum that the server sent. A download that does not match is not saved.
 */
export class IntegrityError extends MillraceError {
  override readonly name: string = 'IntegrityError';
  readonly code = 'integrity' as const;

  static {
    brandErrorClass(this, 'IntegrityError');
  }
}
