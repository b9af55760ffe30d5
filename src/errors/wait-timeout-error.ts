import { brandErrorClass, MillraceError } from './millrace-error.js';
import type { RunStatus } from '../shared/runs/run-status.js';

/** Options for a {@link WaitTimeoutError}. */
export interface WaitTimeoutErrorOptions {
  requestId: string;
  fileId: string | undefined;
  lastStatus: RunStatus | undefined;
  cause?: unknown;
}

/** The wait timed out before the run ended. The run continues. The last line of the message is code to keep waiting for the run. */
export class WaitTimeoutError extends MillraceError {
  override readonly name: string = 'WaitTimeoutError';
  readonly code = 'wait_timeout' as const;
  override readonly requestId: string;
  /** The most recent status, or `undefined` if none was received. */
  readonly lastStatus: RunStatus | undefined;

  constructor(message: string, options: WaitTimeoutErrorOptions) {
    const { requestId, fileId, cause } = options;
    super(message, { requestId, fileId, retryable: true, cause });
    this.requestId = options.requestId;
    this.lastStatus = options.lastStatus;
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), state: this.lastStatus?.state };
  }

  static {
    brandErrorClass(this, 'WaitTimeoutError');
  }
}
