/**
 * The reason why a module run failed:
 *
 * - `deadline`: the module exceeded its deadline.
 * - `memory`: the module exceeded its memory limit.
 * - `died`: the module's process did not start, or ended before the module returned a result.
 * - `failed`: the module threw an error other than `ModuleError`.
 * - `output`: the module returned an invalid output, for example a file outside its scratch directory or a file that is too large.
 * - `disk_full`: the module could not write because the disk was full.
 * - `closed`: the runner was closed. The task itself did not fail.
 */
type RunnerErrorCode = 'deadline' | 'memory' | 'died' | 'failed' | 'output' | 'disk_full' | 'closed';

/**
 * Thrown if a module run ends without a result for a reason other than a `ModuleError`. The message is for the user, but if the code is
 * `failed`, it can contain server paths.
 */
export class RunnerError extends Error {
  override readonly name = 'RunnerError';
  readonly code: RunnerErrorCode;
  /** Details for the server's log: a stack trace, or the last 2 KB of the process's standard error. May be empty. */
  readonly detail: string;

  constructor(code: RunnerErrorCode, message: string, detail = '') {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

/** Indicates that the pool must retry a task, because its process did not start the task, or died before reporting the result. */
export class RetryTaskError extends Error {
  override readonly name = 'RetryTaskError';
  /** Why the process died, if it died when this task was the next to start. Otherwise `undefined`. */
  readonly death: RunnerError | undefined;

  constructor(death?: RunnerError) {
    super(death?.message ?? 'the process was busy with another task');
    this.death = death;
  }
}
