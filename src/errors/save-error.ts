import { brandErrorClass, MillraceError } from './millrace-error.js';

/** Options for a {@link SaveError}. */
export interface SaveErrorOptions {
  requestId: string | undefined;
  fileId: string;
  cause?: unknown;
}

/**
 * A file's output or input could not be saved, for example because the disk is full. A run whose output could not be saved has
 * completed. The server keeps the data until the file expires or is deleted. The last line of the message is code that fetches the data.
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
