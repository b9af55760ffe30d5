import { ModuleError } from '../module-contract/module.js';
import { createChildEnvironment } from './child-environment.js';
import { ModuleProcess } from './module-process.js';
import { findLargestResidentBytes } from './process-tree.js';
import type { Runner, RunnerListeners, RunnerResult, RunnerTask } from './runner.js';
import type { ModuleSource } from './messages.js';
import { RetryTaskError, RunnerError } from './runner-error.js';
import { resolveOptions, type RunnerOptions } from './runner-options.js';
import { createClosedError, createNeverStartedError } from './stop-reasons.js';
import { TaskDurations } from './task-durations.js';
import { ProcessWatch } from './watch-process.js';

/**
 * Creates a runner with a pool of reusable child processes. Tasks beyond `concurrency` are queued in FIFO order. If a module's tasks are
 * short, a process can also queue several of them.
 *
 * @throws `TypeError` if an option is invalid.
 */
export function createRunner(options: RunnerOptions = {}): Runner {
  return new ForkPool(resolveOptions(options));
}

interface QueuedTask {
  /** Increases with each call to `run`. A retried task keeps its number. */
  readonly sequenceNumber: number;
  readonly task: RunnerTask;
  readonly signal: AbortSignal;
  readonly listeners: Required<RunnerListeners>;
  readonly resolve: (result: RunnerResult) => void;
  readonly reject: (reason: unknown) => void;
  readonly onAbort: () => void;
  /** Number of processes that died when this task was the next to start. */
  deathCount: number;
}

/** Number of process deaths after which a task fails. Without a limit, a task would be retried forever if every new process died. */
const maxDeaths = 3;

/**
 * Fraction of the memory limit above which a process accepts no more tasks and is killed when it becomes idle. Memory left over from one
 * task would count towards the limit of the next.
 */
const retireThreshold = 0.75;

const noop = (): void => undefined;

class ForkPool implements Runner {
  readonly #options: Required<RunnerOptions>;
  readonly #env: Record<string, string>;
  readonly #sourceByModule: ReadonlyMap<string, ModuleSource>;
  readonly #queue: QueuedTask[] = [];
  /** All live processes, including those that are ending. Their number never exceeds `concurrency`. */
  readonly #processes = new Set<ModuleProcess>();
  /** Idle processes and the timers that kill them. The most recently used process is last. */
  readonly #idleTimerByProcess = new Map<ModuleProcess, NodeJS.Timeout>();
  readonly #watchByBusyProcess = new Map<ModuleProcess, ProcessWatch>();
  readonly #lastModuleByProcess = new WeakMap<ModuleProcess, string>();
  readonly #durations = new TaskDurations();
  #lastSequenceNumber = 0;
  #isClosed = false;

  constructor(options: Required<RunnerOptions>) {
    this.#options = options;
    this.#env = createChildEnvironment(process.env, options.env);
    const { config, moduleFiles } = options;
    this.#sourceByModule = new Map<string, ModuleSource>([
      ...config.modules.map((name) => [name, { path: config.path, isConfigFile: true }] as const),
      ...Object.entries(moduleFiles).map(([name, path]) => [name, { path, isConfigFile: false }] as const),
    ]);
  }

  getTasksPerProcess(module: string): number {
    return this.#durations.getTasksPerProcess(module);
  }

  run(
    task: RunnerTask,
    {
      signal,
      onStarted = noop,
      onProgress = noop,
      onLog = noop,
      onWarnings = noop,
      onUsage = noop,
    }: { signal: AbortSignal } & RunnerListeners,
  ): Promise<RunnerResult> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw createClosedError();
      signal.throwIfAborted();
      const queued: QueuedTask = {
        sequenceNumber: (this.#lastSequenceNumber += 1),
        task,
        signal,
        listeners: { onStarted, onProgress, onLog, onWarnings, onUsage },
        resolve,
        reject,
        onAbort: () => {
          this.#queue.splice(this.#queue.indexOf(queued), 1);
          reject(signal.reason as Error);
        },
        deathCount: 0,
      };
      signal.addEventListener('abort', queued.onAbort, { once: true });
      this.#queue.push(queued);
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const queued of this.#queue.splice(0)) {
      queued.signal.removeEventListener('abort', queued.onAbort);
      queued.reject(createClosedError());
    }
    for (const child of this.#processes) {
      child.stop(createClosedError(), 0);
      child.kill();
    }
    await Promise.all([...this.#processes].map((child) => child.ended));
  }

  #dispatch(): void {
    for (;;) {
      const next = this.#queue[0];
      if (!next) return;
      let child: ModuleProcess | undefined;
      try {
        child = this.#takeIdle(next.task.module) ?? this.#startProcess() ?? this.#findLeastBusy(next.task.module);
      } catch (error) {
        this.#queue.shift();
        next.signal.removeEventListener('abort', next.onAbort);
        next.reject(new RunnerError('died', `Failed to start a process: ${(error as Error).message}`));
        continue;
      }
      if (!child) return;
      this.#queue.shift();
      next.signal.removeEventListener('abort', next.onAbort);
      void this.#execute(child, next);
    }
  }

  /**
   * Removes and returns an idle process. Prefers a process whose last task ran this module. Otherwise takes the most recently used
   * process, so that the others can reach their idle timeout.
   */
  #takeIdle(module: string): ModuleProcess | undefined {
    const available = [...this.#idleTimerByProcess.keys()].filter((child) => child.isAvailable);
    const child =
      available.findLast((candidate) => this.#lastModuleByProcess.get(candidate) === module) ?? available.at(-1);
    if (child) {
      clearTimeout(this.#idleTimerByProcess.get(child));
      this.#idleTimerByProcess.delete(child);
    }
    return child;
  }

  #startProcess(): ModuleProcess | undefined {
    if (this.#processes.size >= this.#options.concurrency) return undefined;
    const onTaskStarted = (): void => this.#watchByBusyProcess.get(child)?.restartTaskTimeout();
    const child = new ModuleProcess({ ...this.#options, env: this.#env, onTaskStarted });
    this.#processes.add(child);
    void child.ended.then(() => {
      this.#processes.delete(child);
      clearTimeout(this.#idleTimerByProcess.get(child));
      this.#idleTimerByProcess.delete(child);
      this.#dispatch();
    });
    return child;
  }

  /** Returns the process with the fewest tasks among the busy processes that can accept another short task of this module. */
  #findLeastBusy(module: string): ModuleProcess | undefined {
    const maxTasks = this.#durations.getTasksPerProcess(module);
    if (maxTasks === 1) return undefined;
    const maxResidentBytes = this.#options.memoryBytes * retireThreshold;
    return [...this.#watchByBusyProcess]
      .filter(([child, watch]) => child.canAccept(module, maxTasks) && (watch.residentBytes ?? 0) <= maxResidentBytes)
      .map(([child]) => child)
      .reduce<ModuleProcess | undefined>(
        (least, child) => (least && least.taskCount <= child.taskCount ? least : child),
        undefined,
      );
  }

  async #execute(child: ModuleProcess, queued: QueuedTask): Promise<void> {
    const { task, signal, listeners, resolve, reject } = queued;
    this.#lastModuleByProcess.set(child, task.module);
    const source = this.#sourceByModule.get(task.module);
    const options = { source, models: this.#options.models(task.module), taskTimeoutMs: this.#options.taskTimeoutMs };
    const execution = child.execute(task, options, listeners);
    if (!this.#watchByBusyProcess.has(child))
      this.#watchByBusyProcess.set(child, new ProcessWatch(child, this.#options));
    const onAbort = (): void => execution.stop(signal.reason, this.#options.gracePeriodMs);
    signal.addEventListener('abort', onAbort, { once: true });
    const startedAt = performance.now();
    try {
      const { result, durationMs } = await execution.result;
      this.#durations.record(task.module, durationMs);
      resolve(result);
    } catch (error) {
      if (error instanceof RetryTaskError) this.#requeue(queued, error.death);
      else {
        // skip tasks that fail with a `ModuleError`, because their durations are not typical of the module
        if (!(error instanceof ModuleError)) this.#durations.record(task.module, performance.now() - startedAt);
        reject(error);
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#release(child);
    }
  }

  /** Requeues a task ahead of later tasks. Rejects it if the runner is closed, the task is aborted or too many processes have died. */
  #requeue(queued: QueuedTask, death: RunnerError | undefined): void {
    const { signal, onAbort, reject, sequenceNumber } = queued;
    if (death) queued.deathCount += 1;
    if (this.#isClosed) reject(createClosedError());
    else if (signal.aborted) reject(signal.reason);
    else if (death && queued.deathCount === maxDeaths) reject(createNeverStartedError(death, maxDeaths));
    else {
      signal.addEventListener('abort', onAbort, { once: true });
      const nextIndex = this.#queue.findIndex((other) => other.sequenceNumber > sequenceNumber);
      this.#queue.splice(nextIndex === -1 ? this.#queue.length : nextIndex, 0, queued);
      // wait until all tasks that the process returned are in the queue, so that they run before later tasks
      setImmediate(() => this.#dispatch());
    }
  }

  #release(child: ModuleProcess): void {
    if (child.taskCount > 0) {
      this.#dispatch();
      return;
    }
    this.#watchByBusyProcess.get(child)?.end();
    this.#watchByBusyProcess.delete(child);
    if (!child.isAvailable || this.#idleTimerByProcess.has(child)) return;
    const residentBytes = child.pid === undefined ? undefined : findLargestResidentBytes(child.pid);
    if (this.#isClosed || (residentBytes ?? 0) > this.#options.memoryBytes * retireThreshold) {
      child.kill();
      return;
    }
    const timer = setTimeout(() => {
      this.#idleTimerByProcess.delete(child);
      child.kill();
    }, this.#options.idleTimeoutMs);
    this.#idleTimerByProcess.set(child, timer);
    this.#dispatch();
  }
}
