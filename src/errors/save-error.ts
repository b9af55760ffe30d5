import { brandErrorClass, MillraceError } from './millrace-error.js';

/** Options for a {@link SaveError}. */
export interface SaveErrorOptions {
  requestId: string | undefined;
  fileId: string;
  cause?: unknown;
}

/**
 * An output or input could not be saved, for example because the disk is full. The run of an output has completed. The server keeps the
 * output or input until the file expires or is deleted. The last line of the message is code that fetches it.
 */
export class SaveError extends MillraceError {
  override readonly name: string = 'SaveError';
  readonly code = 'save' as const;
  override readonly fileId: string;

  constructor(message: string, options: SaveErrorOptions) {
    super(message, { requestId: options.requestId, retryable: true, cause: options.cause });
    this.fileId = options.fileId;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), fileId: this.fileId };
  }

  static {
    brandErrorClass(this, 'SaveError');
  }
}
