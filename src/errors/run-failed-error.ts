import { brandErrorClass, MillraceError } from './millrace-error.js';
import type { RunStatus } from '../shared/runs/run-status.js';

/**
 * A run of your own functions failed, was cancelled or crashed. If this process executed the run, `cause` is the thrown value, or the abort
 * reason if nothing was thrown.
 */
export class RunFailedError extends MillraceError {
  override readonly name: string = 'RunFailedError';
  readonly code = 'run_failed' as const;
  /** The run's final status. */
  readonly status: RunStatus;
  /**
   * For a pipeline that this process executed, the fields of the input and of the completed steps. `{}` for any other run, or if the run
   * ended before its input passed validation.
   */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(message: string, status: RunStatus, data: Readonly<Record<string, unknown>>, cause?: unknown) {
    super(message, { requestId: status.requestId, cause });
    this.status = status;
    this.data = data;
  }

  /** Returns the error as plain data, without `data`, which may not be serializable. */
  override toJSON(): Record<string, unknown> {
    const { status } = this;
    return { ...super.toJSON(), of: status.of, state: status.state, error: status.error };
  }

  static {
    brandErrorClass(this, 'RunFailedError');
  }
}
