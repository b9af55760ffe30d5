import { MillraceError } from './millrace-error.js';
import type { RunStatus } from '../shared/runs/run-status.js';

/** What a {@link WaitTimeoutError} is made of. */
export interface WaitTimeoutErrorOptions {
  requestId: string;
  fileId: string | undefined;
  lastStatus: RunStatus | undefined;
  cause?: unknown;
}

/** The wait is over, the run is not. Nothing was deleted or cancelled: the last line of the message goes on waiting. */
export class WaitTimeoutError extends MillraceError {
  override readonly name: string = 'WaitTimeoutError';
  readonly code = 'wait_timeout' as const;
  override readonly requestId: string;
  readonly fileId: string | undefined;
  /** `undefined` when the server gave no status during the whole wait. */
  readonly lastStatus: RunStatus | undefined;

  constructor(message: string, options: WaitTimeoutErrorOptions) {
    super(message, { requestId: options.requestId, retryable: true, cause: options.cause });
    this.requestId = options.requestId;
    this.fileId = options.fileId;
    this.lastStatus = options.lastStatus;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), fileId: this.fileId, state: this.lastStatus?.state };
  }
}
