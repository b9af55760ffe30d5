import type { ModuleProcess } from './module-process.js';
import { largestResident } from './process-tree.js';
import { ranOutOfMemory, startedTooSlowly, tookTooLong } from './stop-reasons.js';

interface ExecutionLimits {
  readonly deadlineMs: number;
  readonly memoryBytes: number;
  readonly graceMs: number;
}

const memoryCheckMs = 100;
/**
 * Timeout for starting a process, in milliseconds. Node.js normally starts in 0.1 s, so a machine that takes this long could not
 * run the module.
 */
const startTimeoutMs = 30_000;

/** Watches a process that has tasks. Stops a task that exceeds its deadline or uses too much memory. */
export class ProcessWatch {
  readonly #child: ModuleProcess;
  readonly #limits: ExecutionLimits;
  readonly #memory: NodeJS.Timeout;
  #deadline: NodeJS.Timeout;
  #hasEnded = false;
  /** The resident memory at the last check, in bytes. */
  resident: number | undefined;

  constructor(child: ModuleProcess, limits: ExecutionLimits) {
    this.#child = child;
    this.#limits = limits;
    this.#deadline = setTimeout(() => child.stop(startedTooSlowly(startTimeoutMs), 0), startTimeoutMs);
    void child.ready.then(() => this.beginTurn());
    this.#memory = setInterval(() => {
      this.resident = child.pid === undefined ? undefined : largestResident(child.pid);
      if ((this.resident ?? 0) > limits.memoryBytes) child.fail(ranOutOfMemory(limits.memoryBytes));
    }, memoryCheckMs);
  }

  /** Starts the deadline of the next task. */
  beginTurn(): void {
    if (this.#hasEnded) return;
    const { deadlineMs, graceMs } = this.#limits;
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#child.stop(tookTooLong(deadlineMs), graceMs), deadlineMs);
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#deadline);
    clearInterval(this.#memory);
  }
}
