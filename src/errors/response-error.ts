import { brandErrorClass, MillraceError, type MillraceErrorOptions } from './millrace-error.js';

/** A response does not follow the protocol, for example because the URL points to a different service or a proxy changed the response. */
export class ResponseShapeError extends MillraceError {
  override readonly name: string = 'ResponseShapeError';
  readonly code = 'response_shape' as const;
  /** The invalid data, if available. Usually the response body, parsed if it is JSON, otherwise as text. */
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
 * A file does not have the expected size or checksum. Either the file to upload has more or fewer bytes than expected, for example because
 * it changed during the upload, or a download does not match the size or checksum that the server sent. Such a download is not saved.
 */
export class IntegrityError extends MillraceError {
  override readonly name: string = 'IntegrityError';
  readonly code = 'integrity' as const;

  static {
    brandErrorClass(this, 'IntegrityError');
  }
}
