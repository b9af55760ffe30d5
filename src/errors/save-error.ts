import { brandErrorClass, MillraceError } from './millrace-error.js';

/** Options for a {@link SaveError}. */
export interface SaveErrorOptions {
  requestId: string | undefined;
  fileId: string;
  cause?: unknown;
}

/**
 * An output could not be saved, for example because the disk is full. The run has completed, and the server keeps the output until
 * the file expires or is deleted. The last line of the message is code that fetches the output.
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
