import type { TaskMessage } from './messages.js';
import type { RunnerListeners, RunnerResult } from './runner.js';
import { RetryTaskError } from './runner-error.js';

export interface TimedResult {
  readonly result: RunnerResult;
  readonly durationMs: number;
}

/** A task that is assigned to a process. */
export interface Execution {
  readonly message: TaskMessage;
  readonly resolve: (result: TimedResult) => void;
  readonly reject: (reason: unknown) => void;
  readonly listeners: Required<RunnerListeners>;
  /** Set when the task is sent to the process. */
  isSent?: true;
  /** Set when the process reports that it has started the task. Until then, the pool retries the task if the process dies. */
  hasStarted?: true;
  /** Set when the execution is stopped. The execution is then rejected with this reason, regardless of what the process reports. */
  stopped?: { readonly reason: unknown };
}

/** The tasks that are assigned to a process, in the order in which it runs them. */
export class ProcessTasks {
  #executions: Execution[] = [];
  #startedAt = 0;

  get count(): number {
    return this.#executions.length;
  }

  /** The most recently started task, or the next task to start if no task has started. */
  get current(): Execution | undefined {
    return this.#executions.findLast(({ hasStarted }) => hasStarted) ?? this.#executions[0];
  }

  /** How long the current task has run, in milliseconds, or 0 if it has not started. */
  get currentDurationMs(): number {
    return this.current?.hasStarted ? performance.now() - this.#startedAt : 0;
  }

  /** Returns whether a task of a module can be queued behind these tasks: all of them run the module, and none is being stopped. */
  canBeFollowedBy(module: string): boolean {
    return this.#executions.every(({ message, stopped }) => message.task.module === module && !stopped);
  }

  find(id: number): Execution | undefined {
    return this.#executions.find(({ message }) => message.id === id);
  }

  add(execution: Execution): void {
    this.#executions.push(execution);
  }

  markStarted(execution: Execution): void {
    execution.hasStarted = true;
    this.#startedAt = performance.now();
  }

  /** Returns the tasks that have been neither sent nor stopped, and marks them as sent. */
  takeUnsent(): readonly Execution[] {
    const unsent = this.#executions.filter(({ isSent, stopped }) => !isSent && !stopped);
    for (const execution of unsent) execution.isSent = true;
    return unsent;
  }

  /** Removes a task. @returns Whether the task was assigned to the process. */
  remove(execution: Execution): boolean {
    const at = this.#executions.indexOf(execution);
    if (at !== -1) this.#executions.splice(at, 1);
    return at !== -1;
  }

  /** The tasks that have not started, except for `current`. */
  get queued(): readonly Execution[] {
    const { current } = this;
    return this.#executions.filter((execution) => execution !== current && !execution.hasStarted);
  }

  /**
   * Removes the given tasks, except those that have started. Rejects a stopped task with the reason why it was stopped, and any other task
   * with `RetryTaskError`, so that the pool retries it.
   */
  drop(executions: readonly Execution[]): void {
    for (const execution of executions) {
      if (execution.hasStarted || !this.remove(execution)) continue;
      execution.reject(execution.stopped ? execution.stopped.reason : new RetryTaskError());
    }
  }

  /** Removes and returns all tasks. */
  takeAll(): { readonly current: Execution | undefined; readonly others: readonly Execution[] } {
    const { current } = this;
    const others = this.#executions.filter((execution) => execution !== current);
    this.#executions = [];
    return { current, others };
  }
}
