import type { ModuleProcess } from './module-process.js';
import { findLargestResident } from './process-tree.js';
import { createMemoryError, createStartTimeoutError, createDeadlineError } from './stop-reasons.js';

interface ExecutionLimits {
  readonly deadlineMs: number;
  readonly memoryBytes: number;
  readonly graceMs: number;
}

/** Interval between checks of the memory, in milliseconds. */
const memoryCheckMs = 100;
/**
 * Timeout for starting a process, in milliseconds. Node.js normally starts within 0.1 s, so a machine that takes this long could not run
 * the module.
 */
const startTimeoutMs = 30_000;

/** Watches a process with tasks. Stops a task that exceeds its deadline or uses too much memory. */
export class ProcessWatch {
  readonly #child: ModuleProcess;
  readonly #limits: ExecutionLimits;
  readonly #memoryTimer: NodeJS.Timeout;
  #deadlineTimer: NodeJS.Timeout;
  #hasEnded = false;
  /** The resident memory at the last check, in bytes. */
  residentBytes: number | undefined;

  constructor(child: ModuleProcess, limits: ExecutionLimits) {
    this.#child = child;
    this.#limits = limits;
    this.#deadlineTimer = setTimeout(() => child.stop(createStartTimeoutError(startTimeoutMs), 0), startTimeoutMs);
    void child.ready.then(() => this.restartDeadline());
    this.#memoryTimer = setInterval(() => {
      this.residentBytes = child.pid === undefined ? undefined : findLargestResident(child.pid);
      if ((this.residentBytes ?? 0) > limits.memoryBytes) child.fail(createMemoryError(limits.memoryBytes));
    }, memoryCheckMs);
  }

  /** Restarts the deadline. Called when the process is ready, and whenever it begins a task. */
  restartDeadline(): void {
    if (this.#hasEnded) return;
    const { deadlineMs, graceMs } = this.#limits;
    clearTimeout(this.#deadlineTimer);
    this.#deadlineTimer = setTimeout(() => this.#child.stop(createDeadlineError(deadlineMs), graceMs), deadlineMs);
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#deadlineTimer);
    clearInterval(this.#memoryTimer);
  }
}
