import type { ModuleProcess } from './module-process.js';
import { findLargestResidentBytes } from './process-tree.js';
import { createMemoryError, createStartTimeoutError, createTaskTimeoutError } from './stop-reasons.js';

interface ExecutionLimits {
  readonly taskTimeoutMs: number;
  readonly memoryBytes: number;
  readonly gracePeriodMs: number;
}

/** Interval between memory checks, in milliseconds. */
const memoryCheckIntervalMs = 100;
/** Timeout for starting a process, in milliseconds. Much longer than a normal start of Node.js, which takes less than 0.1 s. */
const startTimeoutMs = 30_000;

/**
 * Enforces the limits of a busy process. Stops a task that exceeds its deadline, and kills the process if it does not start in time
 * or uses too much memory.
 */
export class ProcessWatch {
  readonly #child: ModuleProcess;
  readonly #limits: ExecutionLimits;
  readonly #memoryTimer: NodeJS.Timeout;
  /** Stops the current task. Set to the start timeout at first, then to the timeout of each task. */
  #stopTimer: NodeJS.Timeout;
  #hasEnded = false;
  /**
   * The resident memory, in bytes, of the largest process among the child and its descendants at the last check. Undefined before the
   * first check, or if it could not be determined.
   */
  residentBytes: number | undefined;

  constructor(child: ModuleProcess, limits: ExecutionLimits) {
    this.#child = child;
    this.#limits = limits;
    this.#stopTimer = setTimeout(() => child.stop(createStartTimeoutError(startTimeoutMs), 0), startTimeoutMs);
    void child.ready.then(() => this.restartTaskTimeout());
    this.#memoryTimer = setInterval(() => {
      this.residentBytes = child.pid === undefined ? undefined : findLargestResidentBytes(child.pid);
      if ((this.residentBytes ?? 0) > limits.memoryBytes) child.fail(createMemoryError(limits.memoryBytes));
    }, memoryCheckIntervalMs);
  }

  /** Restarts the timer with the task timeout. Called when the process is ready, and whenever a task starts. */
  restartTaskTimeout(): void {
    if (this.#hasEnded) return;
    const { taskTimeoutMs, gracePeriodMs } = this.#limits;
    clearTimeout(this.#stopTimer);
    this.#stopTimer = setTimeout(
      () => this.#child.stop(createTaskTimeoutError(taskTimeoutMs), gracePeriodMs),
      taskTimeoutMs,
    );
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#stopTimer);
    clearInterval(this.#memoryTimer);
  }
}
