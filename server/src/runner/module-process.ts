import type { ChildProcess } from 'node:child_process';
import { ModuleError } from '../module-contract/module.js';
import { forkChild, type ForkOptions } from './fork-child.js';
import type { Failure, ChildEvent, TaskMessage, PoolMessage } from './messages.js';
import type { RunnerListeners, RunnerTask } from './runner.js';
import { ProcessTasks, type Execution, type TimedResult } from './process-tasks.js';
import { RetryTaskError, RunnerError } from './runner-error.js';
import { StderrTail } from './stderr-tail.js';
import { createExitError } from './stop-reasons.js';

interface ModuleProcessOptions extends ForkOptions {
  /** Called whenever the process starts a task. */
  readonly onTaskStarted: () => void;
}

/** How long a task can run, in milliseconds, before the tasks queued behind it return to the pool. */
const slowAfterMs = 100;
/** Maximum time to wait for a process to confirm that it dropped tasks, in milliseconds. After that, the tasks return anyway. */
const dropTimeoutMs = 1000;

/** Maximum time to wait for standard error to close after the process has exited, in milliseconds. */
const stderrCloseTimeoutMs = 1000;

/**
 * A child process that runs one task at a time. If a module's tasks are short, several of them can be queued in the process, which saves
 * a round trip per task. Queued tasks return to the pool if the running task is slow or is stopped, or if the process ends.
 *
 * An execution that has started settles only after its task, or the process, has ended. The caller can then delete the scratch directory,
 * because nothing writes to it anymore.
 */
export class ModuleProcess {
  /** Resolves when the process has ended and its process group has been killed. Never rejects. */
  readonly ended: Promise<void>;
  /** Resolves when the process is ready to accept tasks, or has ended. */
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #memoryBytes: number;
  readonly #stderr = new StderrTail();
  #isAlive = true;
  #resolveEnded = (): void => undefined;
  #resolveReady = (): void => undefined;
  readonly #tasks = new ProcessTasks();
  readonly #onTaskStarted: () => void;
  #lastId = 0;
  #crash: RunnerError | undefined;
  #graceTimer: NodeJS.Timeout | undefined;
  #slowTimer: NodeJS.Timeout | undefined;

  /** @throws If `fork` fails synchronously. Later failures to start the process reject the first execution. */
  constructor(options: ModuleProcessOptions) {
    this.#onTaskStarted = options.onTaskStarted;
    this.#memoryBytes = options.memoryBytes;
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    this.ready = new Promise((resolve) => (this.#resolveReady = resolve));
    this.#child = forkChild(options);
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#stderr.push(chunk));
    this.#child.stderr?.on('error', () => undefined);
    this.#child.on('message', (events) => {
      for (const event of events as readonly ChildEvent[]) this.#receive(event);
    });
    this.#child.on('error', (error) => {
      if (this.#child.pid === undefined)
        this.#end(new RunnerError('died', `Failed to start a process: ${error.message}`));
    });
    this.#child.once('exit', (code, signal) => {
      this.kill();
      const end = (): void => this.#end(createExitError({ code, signal }, this.#stderr, this.#memoryBytes));
      // a descendant that has left the process group may keep standard error open
      const timer = setTimeout(end, stderrCloseTimeoutMs);
      this.#child.once('close', () => {
        clearTimeout(timer);
        end();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether the process is idle and can accept a task. */
  get isAvailable(): boolean {
    return this.#isAlive && this.#child.connected && this.taskCount === 0 && !this.#crash;
  }

  /** Number of tasks that are running or queued in the process. */
  get taskCount(): number {
    return this.#tasks.count;
  }

  /**
   * Returns whether another task of a module can be queued: the process is alive and has fewer than `maxTasks` tasks, all of them run the
   * module, none is being stopped, and the current task has run for less than half of `slowAfterMs`.
   */
  canAccept(module: string, maxTasks: number): boolean {
    if (!this.#isAlive || !this.#child.connected || this.#crash || this.taskCount >= maxTasks) return false;
    return this.#tasks.canBeFollowedBy(module) && this.#tasks.currentDurationMs < slowAfterMs / 2;
  }

  /**
   * Runs a task as soon as the process is ready and has run its earlier tasks.
   *
   * @returns A promise `result` and a function `stop`. `result` rejects with `ModuleError`, `RunnerError`, `RetryTaskError` or the reason
   *   passed to `stop`. For a queued task, `stop` removes the task from the queue. For the current task, `stop` aborts the module's signal,
   *   and kills the process as soon as the module ends or `gracePeriodMs` has passed. If `gracePeriodMs` is 0, or the task has not been
   *   sent to the process, `stop` kills the process immediately.
   */
  execute(
    task: RunnerTask,
    options: Omit<TaskMessage, 'id' | 'task'>,
    listeners: Required<RunnerListeners>,
  ): { readonly result: Promise<TimedResult>; stop(reason: unknown, gracePeriodMs: number): void } {
    const message = { id: (this.#lastId += 1), task, ...options };
    let execution: Execution | undefined;
    const result = new Promise<TimedResult>((resolve, reject) => {
      execution = { message, resolve, reject, listeners };
      this.#tasks.add(execution);
    });
    // tasks that are added in the same iteration of the event loop are sent together
    void this.ready.then(() => setImmediate(() => this.#sendTasks()));
    return { result, stop: (reason, gracePeriodMs) => this.#stop(execution, reason, gracePeriodMs) };
  }

  /** Stops the running task, or the next task if no task is running. */
  stop(reason: unknown, gracePeriodMs: number): void {
    this.#stop(this.#tasks.current, reason, gracePeriodMs);
  }

  /** Kills the process because of an error. If a task is running, the task fails with this error. */
  fail(error: RunnerError): void {
    if (this.#tasks.current?.hasStarted) this.stop(error, 0);
    else {
      this.#crash ??= error;
      this.kill();
    }
  }

  /** Kills the process and the other processes in its group. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // the group has ended, or the system has no process groups
      this.#child.kill('SIGKILL');
    }
  }

  #stop(execution: Execution | undefined, reason: unknown, gracePeriodMs: number): void {
    if (!execution || !this.#tasks.find(execution.message.id)) return;
    execution.stopped ??= { reason };
    if (this.#tasks.queued.includes(execution)) {
      this.#drop([execution]);
      return;
    }
    this.#drop(this.#tasks.queued);
    if (gracePeriodMs === 0 || !execution.isSent) this.kill();
    else if (!this.#graceTimer) {
      this.#send({ kind: 'abort' });
      this.#graceTimer = setTimeout(() => this.kill(), gracePeriodMs);
    }
  }

  /**
   * Removes queued tasks from the process, so that they return to the pool. Tasks that have been sent are removed once the process confirms
   * that it dropped them, or after `dropTimeoutMs`.
   */
  #drop(executions: readonly Execution[]): void {
    this.#tasks.drop(executions.filter(({ isSent }) => !isSent));
    const sent = executions.filter(({ isSent }) => isSent);
    if (sent.length === 0) return;
    this.#send({ kind: 'drop', ids: sent.map(({ message }) => message.id) });
    setTimeout(() => this.#tasks.drop(sent), dropTimeoutMs).unref();
  }

  #sendTasks(): void {
    const unsent = this.#tasks.takeUnsent();
    if (unsent.length > 0) this.#send({ kind: 'run', tasks: unsent.map(({ message }) => message) });
  }

  #send(message: PoolMessage): void {
    if (!this.#child.connected) return;
    try {
      // ignore errors while the child is exiting, because its exit settles the executions
      this.#child.send(message, () => undefined);
    } catch (error) {
      this.kill();
      const { current, others } = this.#tasks.takeAll();
      for (const { reject } of [...others, ...(current ? [current] : [])]) reject(error);
    }
  }

  #receive(event: ChildEvent): void {
    if (event.kind === 'ready') this.#resolveReady();
    else if (event.kind === 'crashed') {
      const { code, message: text, stack } = event.failure;
      this.#crash = new RunnerError(code === 'disk_full' ? code : 'died', text, stack);
      this.kill();
    } else if (event.kind === 'dropped') {
      this.#tasks.drop(event.ids.flatMap((id) => this.#tasks.find(id) ?? []));
    } else {
      const execution = this.#tasks.find(event.id);
      if (execution) this.#receiveTaskEvent(execution, event);
      // the task was dropped, so another process may already use its scratch directory
      else if (event.kind === 'started') this.kill();
    }
  }

  #receiveTaskEvent(execution: Execution, event: Exclude<ChildEvent, { kind: 'ready' | 'crashed' | 'dropped' }>): void {
    if (event.kind === 'started') {
      this.#handleStart(execution);
      // the task was stopped while it was queued, but started before the process could drop it
      if (execution.stopped && !this.#graceTimer) this.kill();
    } else if (execution.stopped) {
      if (!isReport(event)) this.kill();
    } else if (isReport(event)) {
      try {
        if (event.kind === 'log') execution.listeners.onLog(event.line);
        else if (event.kind === 'warnings') execution.listeners.onWarnings(event.warnings);
        else if (event.kind === 'usage') execution.listeners.onUsage(event.usage);
        else execution.listeners.onProgress(event.progress);
      } catch (error) {
        this.#stop(execution, error, 0);
      }
    } else {
      this.#tasks.remove(execution);
      if (event.kind === 'done') execution.resolve({ result: event.result, durationMs: event.durationMs });
      else execution.reject(toError(event.failure));
    }
  }

  #handleStart(execution: Execution): void {
    this.#tasks.markStarted(execution);
    this.#stderr.clear();
    execution.listeners.onStarted();
    this.#onTaskStarted();
    if (this.#slowTimer) this.#slowTimer.refresh();
    else this.#slowTimer = setTimeout(() => this.#drop(this.#tasks.queued), slowAfterMs).unref();
  }

  #end(reason: RunnerError): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    clearTimeout(this.#graceTimer);
    clearTimeout(this.#slowTimer);
    this.#resolveReady();
    const error = this.#crash ?? reason;
    // if this process failed to start, another process would probably fail to start too
    const canRunElsewhere = this.#child.pid !== undefined;
    const { current, others } = this.#tasks.takeAll();
    // tasks that started before `current` have ended, but their results are lost, so they run again like the queued tasks
    for (const { reject, stopped } of others) reject(stopped ? stopped.reason : new RetryTaskError());
    if (current?.stopped) current.reject(current.stopped.reason);
    else current?.reject(current.hasStarted || !canRunElsewhere ? error : new RetryTaskError(error));
    this.#resolveEnded();
  }
}

type Report = Extract<ChildEvent, { kind: 'progress' | 'log' | 'warnings' | 'usage' }>;

function isReport(event: ChildEvent): event is Report {
  return ['progress', 'log', 'warnings', 'usage'].includes(event.kind);
}

function toError({ code, message, stack, retryAfterSeconds }: Failure): Error {
  return code === 'module' ? new ModuleError(message, { retryAfterSeconds }) : new RunnerError(code, message, stack);
}
