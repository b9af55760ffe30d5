import { brandErrorClass, MillraceError } from './millrace-error.js';
import type { RunStatus } from '../shared/runs/run-status.js';

/** A run ended without an output because it failed, was cancelled or crashed. */
export class ProcessFailedError extends MillraceError {
  override readonly name: string = 'ProcessFailedError';
  readonly code = 'process_failed' as const;
  /** The name of the module that failed, if known. */
  readonly failedModule: string | undefined;
  /** The run's final status. */
  readonly status: RunStatus;

  constructor(message: string, status: RunStatus) {
    const { requestId, fileId, error } = status;
    super(message, { requestId, fileId: fileId ?? undefined, retryable: error?.code === 'disk_full' });
    this.status = status;
    this.failedModule = error?.task ?? status.tasks.find((task) => task.state === 'failed')?.name;
  }

  override toJSON(): Record<string, unknown> {
    const { failedModule, status } = this;
    return { ...super.toJSON(), failedModule, state: status.state, error: status.error };
  }

  static {
    brandErrorClass(this, 'ProcessFailedError');
  }
}
