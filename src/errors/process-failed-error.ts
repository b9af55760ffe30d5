import { brandErrorClass, MillraceError } from './millrace-error.js';
import type { RunStatus } from '../shared/runs/run-status.js';

/** A run ended without an output because it failed, was cancelled, or its worker crashed. */
export class ProcessFailedError extends MillraceError {
  override readonly name: string = 'ProcessFailedError';
  readonly code = 'process_failed' as const;
  readonly fileId: string | undefined;
  readonly failedModule: string | undefined;
  /** The run's last record. */
  readonly status: RunStatus;

  constructor(message: string, status: RunStatus) {
    super(message, { requestId: status.requestId, retryable: status.error?.code === 'disk_full' });
    this.status = status;
    this.fileId = status.fileId ?? undefined;
    this.failedModule = status.error?.task ?? status.tasks.find((task) => task.state === 'failed')?.name;
  }

  override toJSON(): Record<string, unknown> {
    const { fileId, failedModule, status } = this;
    return { ...super.toJSON(), fileId, failedModule, state: status.state, error: status.error };
  }

  static {
    brandErrorClass(this, 'ProcessFailedError');
  }
}
