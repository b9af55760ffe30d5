/**
 * - `deadline`: took longer than it may.
 * - `memory`: used more memory than it may.
 * - `died`: its process ended before it gave a result.
 * - `failed`: threw something that is not a `ModuleError`.
 * - `output`: what it gave back is not a file of its own, or is too large.
 * - `closed`: the runner was closed; the task itself did nothing wrong.
 */
export type RunnerErrorCode = 'deadline' | 'memory' | 'died' | 'failed' | 'output' | 'closed';

/** A module run that ended without a result, through no fault of its input. The message is for the user. */
export class RunnerError extends Error {
  override readonly name = 'RunnerError';
  readonly code: RunnerErrorCode;
  /** For the server's log: a stack, or the last 2 KB that the process wrote to standard error. Empty when there is nothing. */
  readonly detail: string;

  constructor(code: RunnerErrorCode, message: string, detail = '') {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}
