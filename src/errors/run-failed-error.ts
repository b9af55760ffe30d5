import { MillraceError } from './millrace-error.js';
import type { RunStatus } from '../shared/runs/run-status.js';

/** A run of your own functions did not complete: a function threw, or the run was cancelled. `cause` is what was thrown. */
export class RunFailedError extends MillraceError {
  override readonly name: string = 'RunFailedError';
  readonly code = 'run_failed' as const;
  /** The run's last record. */
  readonly status: RunStatus;
  /** All fields that the steps of a pipeline had returned; `{}` for flows and tasks. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(message: string, status: RunStatus, data: Readonly<Record<string, unknown>>, cause?: unknown) {
    super(message, { requestId: status.requestId, cause });
    this.status = status;
    this.data = data;
  }

  /** Leaves out `data`, which may not be serialisable. */
  override toJSON(): Record<string, unknown> {
    const { status } = this;
    return { ...super.toJSON(), of: status.of, state: status.state, error: status.error };
  }
}
