import { ModuleError } from '../module-contract/module.js';
import { childEnvironment } from './child-environment.js';
import { ModuleProcess } from './module-process.js';
import { largestResident } from './process-tree.js';
import type { Runner, RunnerListeners, RunnerResult, RunnerTask } from './runner.js';
import type { ModuleSource } from './messages.js';
import { NotBegunError, RunnerError } from './runner-error.js';
import { completeOptions, type RunnerOptions } from './runner-options.js';
import { diedBeforeTask, runnerClosed } from './stop-reasons.js';
import { TaskDurations } from './task-durations.js';
import { ProcessWatch } from './watch-process.js';

/**
 * Creates a runner with a pool of child processes, which are reused for later tasks. Tasks beyond `concurrency` are queued in
 * FIFO order. If the tasks of a module are short, a process has several of them at once.
 *
 * @throws `TypeError` for an invalid option.
 */
export function createRunner(options: RunnerOptions = {}): Runner {
  return new ForkPool(completeOptions(options));
}

interface QueuedTask {
  /** Earlier tasks have lower numbers. */
  readonly number: number;
  readonly task: RunnerTask;
  readonly signal: AbortSignal;
  readonly listeners: Required<RunnerListeners>;
  readonly resolve: (result: RunnerResult) => void;
  readonly reject: (reason: unknown) => void;
  readonly onAbort: () => void;
  /** Number of processes that died before they began the task. */
  lostProcesses: number;
}

/**
 * Maximum number of processes that may die before a task begins. The system may kill every new process, so retries are limited.
 */
const maxLostProcesses = 3;

/** The fraction of the memory limit above which an idle child is killed, because leftover memory counts towards the next task. */
const retireAbove = 0.75;

const ignore = (): void => undefined;

class ForkPool implements Runner {
  readonly #options: Required<RunnerOptions>;
  readonly #env: Record<string, string>;
  readonly #sources: ReadonlyMap<string, ModuleSource>;
  readonly #waiting: QueuedTask[] = [];
  /** All live processes, including those that are ending. There are never more than `concurrency`. */
  readonly #processes = new Set<ModuleProcess>();
  /** Idle processes and the timers that end them. The most recently used process is last. */
  readonly #idle = new Map<ModuleProcess, NodeJS.Timeout>();
  readonly #busy = new Map<ModuleProcess, ProcessWatch>();
  readonly #lastModule = new WeakMap<ModuleProcess, string>();
  readonly #durations = new TaskDurations();
  #lastNumber = 0;
  #closed = false;

  constructor(options: Required<RunnerOptions>) {
    this.#options = options;
    this.#env = childEnvironment(process.env, options.env);
    const { config, moduleFiles } = options;
    this.#sources = new Map<string, ModuleSource>([
      ...config.modules.map((name) => [name, { path: config.path, isConfig: true }] as const),
      ...Object.entries(moduleFiles).map(([name, path]) => [name, { path, isConfig: false }] as const),
    ]);
  }

  tasksAtOnce(module: string): number {
    return this.#durations.tasksAtOnce(module);
  }

  run(
    task: RunnerTask,
    {
      signal,
      onBegun = ignore,
      onProgress = ignore,
      onLog = ignore,
      onWarnings = ignore,
      onUsage = ignore,
    }: { signal: AbortSignal } & RunnerListeners,
  ): Promise<RunnerResult> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw runnerClosed();
      signal.throwIfAborted();
      const waiting: QueuedTask = {
        number: (this.#lastNumber += 1),
        task,
        signal,
        listeners: { onBegun, onProgress, onLog, onWarnings, onUsage },
        resolve,
        reject,
        onAbort: () => {
          this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
          reject(signal.reason as Error);
        },
        lostProcesses: 0,
      };
      signal.addEventListener('abort', waiting.onAbort, { once: true });
      this.#waiting.push(waiting);
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) {
      waiting.signal.removeEventListener('abort', waiting.onAbort);
      waiting.reject(runnerClosed());
    }
    for (const child of this.#processes) {
      child.stop(runnerClosed(), 0);
      child.kill();
    }
    await Promise.all([...this.#processes].map((child) => child.gone));
  }

  #dispatch(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (!next) return;
      let child: ModuleProcess | undefined;
      try {
        child = this.#takeIdle(next.task.module) ?? this.#start() ?? this.#findSpare(next.task.module);
      } catch (error) {
        this.#waiting.shift();
        next.signal.removeEventListener('abort', next.onAbort);
        next.reject(new RunnerError('died', `failed to start a process: ${(error as Error).message}`));
        continue;
      }
      if (!child) return;
      this.#waiting.shift();
      next.signal.removeEventListener('abort', next.onAbort);
      void this.#execute(child, next);
    }
  }

  /**
   * Removes an idle process from the pool, and returns it: one whose last task used this module, or else the most recently used
   * process, so that the others can time out.
   */
  #takeIdle(module: string): ModuleProcess | undefined {
    const usable = [...this.#idle.keys()].filter((child) => child.usable);
    const child = usable.findLast((candidate) => this.#lastModule.get(candidate) === module) ?? usable.at(-1);
    if (child) {
      clearTimeout(this.#idle.get(child));
      this.#idle.delete(child);
    }
    return child;
  }

  #start(): ModuleProcess | undefined {
    if (this.#processes.size >= this.#options.concurrency) return undefined;
    const onTurn = (): void => this.#busy.get(child)?.beginTurn();
    const child = new ModuleProcess({ ...this.#options, env: this.#env, onTurn });
    this.#processes.add(child);
    void child.gone.then(() => {
      this.#processes.delete(child);
      clearTimeout(this.#idle.get(child));
      this.#idle.delete(child);
      this.#dispatch();
    });
    return child;
  }

  /** Returns the process with the fewest tasks among those that can accept another short task of this module. */
  #findSpare(module: string): ModuleProcess | undefined {
    const limit = this.#durations.tasksAtOnce(module);
    if (limit === 1) return undefined;
    const maxResident = this.#options.memoryBytes * retireAbove;
    return [...this.#busy]
      .filter(([child, watch]) => child.accepts(module, limit) && (watch.resident ?? 0) <= maxResident)
      .map(([child]) => child)
      .reduce<ModuleProcess | undefined>(
        (least, child) => (least && least.load <= child.load ? least : child),
        undefined,
      );
  }

  async #execute(child: ModuleProcess, waiting: QueuedTask): Promise<void> {
    const { task, signal, listeners, resolve, reject } = waiting;
    this.#lastModule.set(child, task.module);
    const source = this.#sources.get(task.module);
    const parts = { source, models: this.#options.models(task.module), deadlineMs: this.#options.deadlineMs };
    const execution = child.execute(task, parts, listeners);
    if (!this.#busy.has(child)) this.#busy.set(child, new ProcessWatch(child, this.#options));
    const onAbort = (): void => execution.stop(signal.reason, this.#options.graceMs);
    signal.addEventListener('abort', onAbort, { once: true });
    const started = performance.now();
    try {
      const { result, ms } = await execution.result;
      this.#durations.record(task.module, ms);
      resolve(result);
    } catch (error) {
      if (error instanceof NotBegunError) this.#retry(waiting, error.death);
      else {
        // the duration of a rejected input is not typical of the module
        if (!(error instanceof ModuleError)) this.#durations.record(task.module, performance.now() - started);
        reject(error);
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#release(child);
    }
  }

  /** Retries the task in a different process, ahead of queued tasks. */
  #retry(waiting: QueuedTask, death: RunnerError | undefined): void {
    const { signal, onAbort, reject, number } = waiting;
    if (death) waiting.lostProcesses += 1;
    if (this.#closed) reject(runnerClosed());
    else if (signal.aborted) reject(signal.reason);
    else if (death && waiting.lostProcesses === maxLostProcesses) reject(diedBeforeTask(death, maxLostProcesses));
    else {
      signal.addEventListener('abort', onAbort, { once: true });
      const after = this.#waiting.findIndex((other) => other.number > number);
      this.#waiting.splice(after === -1 ? this.#waiting.length : after, 0, waiting);
      // wait until all tasks that are given back at once are in the queue, so that they run before later tasks
      setImmediate(() => this.#dispatch());
    }
  }

  #release(child: ModuleProcess): void {
    if (child.load > 0) {
      this.#dispatch();
      return;
    }
    this.#busy.get(child)?.end();
    this.#busy.delete(child);
    if (!child.usable || this.#idle.has(child)) return;
    const resident = child.pid === undefined ? undefined : largestResident(child.pid);
    if (this.#closed || (resident ?? 0) > this.#options.memoryBytes * retireAbove) {
      child.kill();
      return;
    }
    const timer = setTimeout(() => {
      this.#idle.delete(child);
      child.kill();
    }, this.#options.idleMs);
    this.#idle.set(child, timer);
    this.#dispatch();
  }
}
