import type { TaskMessage } from './messages.js';
import type { RunnerListeners, RunnerResult } from './runner.js';
import { NotBegunError } from './runner-error.js';

/** A result, and the duration of its task in milliseconds. */
export interface TimedResult {
  readonly result: RunnerResult;
  readonly ms: number;
}

/** A task of a process. */
export interface Execution {
  readonly message: TaskMessage;
  readonly resolve: (result: TimedResult) => void;
  readonly reject: (reason: unknown) => void;
  readonly listeners: Required<RunnerListeners>;
  /** Set once the task has been sent to the process. Before that, there is no module to abort. */
  sent?: true;
  /** Set once the process has reported that it has begun the task. From then on, a crash fails the task. */
  begun?: true;
  /** Set once the execution is being stopped. The execution then ends with this reason, regardless of what the child reports. */
  stopped?: { readonly reason: unknown };
}

/** The tasks of a process, in the order in which it runs them. */
export class ProcessTasks {
  #all: Execution[] = [];
  #turnAt = 0;

  get count(): number {
    return this.#all.length;
  }

  /** The last task that has begun, or else the next one to begin. */
  get current(): Execution | undefined {
    return this.#all.findLast(({ begun }) => begun) ?? this.#all[0];
  }

  /** How long the current task has run, in milliseconds. */
  get currentMs(): number {
    return this.current?.begun ? performance.now() - this.#turnAt : 0;
  }

  /** Returns whether all tasks are of this module, and none is being stopped. */
  areAllOf(module: string): boolean {
    return this.#all.every(({ message, stopped }) => message.task.module === module && !stopped);
  }

  find(id: number): Execution | undefined {
    return this.#all.find(({ message }) => message.id === id);
  }

  add(execution: Execution): void {
    this.#all.push(execution);
  }

  begin(execution: Execution): void {
    execution.begun = true;
    this.#turnAt = performance.now();
  }

  /** Returns the tasks that have not been sent to the process, and marks them as sent. */
  takeUnsent(): readonly Execution[] {
    const unsent = this.#all.filter(({ sent, stopped }) => !sent && !stopped);
    for (const execution of unsent) execution.sent = true;
    return unsent;
  }

  /** Removes a task. @returns `false` if it has already been removed. */
  remove(execution: Execution): boolean {
    const at = this.#all.indexOf(execution);
    if (at !== -1) this.#all.splice(at, 1);
    return at !== -1;
  }

  /** The tasks that have not begun and are not the next to begin. */
  get waiting(): readonly Execution[] {
    const { current } = this;
    return this.#all.filter((execution) => execution !== current && !execution.begun);
  }

  /** Removes tasks that will not begin, so that another process can run them. */
  giveBack(executions: readonly Execution[]): void {
    for (const execution of executions) {
      if (execution.begun || !this.remove(execution)) continue;
      execution.reject(execution.stopped ? execution.stopped.reason : new NotBegunError());
    }
  }

  /** Removes and returns all tasks. */
  takeAll(): { readonly current: Execution | undefined; readonly others: readonly Execution[] } {
    const { current } = this;
    const others = this.#all.filter((execution) => execution !== current);
    this.#all = [];
    return { current, others };
  }
}
