import { brandErrorClass, MillraceError } from './millrace-error.js';
import type { RunStatus } from '../shared/runs/run-status.js';

/** A run of your own functions failed or was cancelled. `cause` is the thrown value. */
export class RunFailedError extends MillraceError {
  override readonly name: string = 'RunFailedError';
  readonly code = 'run_failed' as const;
  /** The run's final status. */
  readonly status: RunStatus;
  /** All fields returned so far by a pipeline's steps, or `{}` for flows and tasks. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(message: string, status: RunStatus, data: Readonly<Record<string, unknown>>, cause?: unknown) {
    super(message, { requestId: status.requestId, cause });
    this.status = status;
    this.data = data;
  }

  /** Returns the error as plain data, without `data`, which may not be serialisable. */
  override toJSON(): Record<string, unknown> {
    const { status } = this;
    return { ...super.toJSON(), of: status.of, state: status.state, error: status.error };
  }

  static {
    brandErrorClass(this, 'RunFailedError');
  }
}
