import { fork, type ChildProcess } from 'node:child_process';
import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelSettings } from '../module-contract/model-settings.js';
import { ModuleError } from '../module-contract/module.js';
import type { Failure, FromChild, ModuleSource, ToChild } from './messages.js';
import type { RunnerListeners, RunnerResult, RunnerTask } from './runner.js';
import { NotBegunError, RunnerError } from './runner-error.js';
import { StderrTail } from './stderr-tail.js';
import { explainExit } from './stop-reasons.js';

interface ModuleProcessOptions {
  readonly memoryBytes: number;
  readonly env: Readonly<Record<string, string>>;
  /** 0: no inspector. */
  readonly inspectPort: number;
}

interface Execution {
  readonly resolve: (result: RunnerResult) => void;
  readonly reject: (reason: unknown) => void;
  readonly listeners: Required<RunnerListeners>;
  /** The process was sent the task. Before that, there is no module to abort. */
  sent?: true;
  /** The process has reported that it begins the task. From then on, a crash fails the task. */
  begun?: true;
  /** Set once it is being stopped. The execution then ends with this reason, whatever the child still reports. */
  stopped?: { readonly reason: unknown };
}

/** Milliseconds to wait for the end of standard error after the process has exited. */
const stderrWaitMs = 1000;
const entry = fileURLToPath(new URL('./runner-child.js', import.meta.url));

/**
 * A child process that runs one task at a time.
 *
 * An execution settles only when its process has become idle or has ended. The caller may then delete the scratch directory,
 * because nothing writes to it any more.
 */
export class ModuleProcess {
  /** Resolves when the process and those that it started have ended. Never rejects. */
  readonly gone: Promise<void>;
  /** Resolves when the process accepts tasks, or has ended. */
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #memoryBytes: number;
  readonly #stderr = new StderrTail();
  #alive = true;
  #ended = (): void => undefined;
  #settleReady = (): void => undefined;
  #execution: Execution | undefined;
  #crash: RunnerError | undefined;
  #graceTimer: NodeJS.Timeout | undefined;

  /** @throws when the system fails to start a process synchronously. Later failures fail the first execution. */
  constructor({ memoryBytes, env, inspectPort }: ModuleProcessOptions) {
    this.#memoryBytes = memoryBytes;
    this.gone = new Promise((resolve) => (this.#ended = resolve));
    this.ready = new Promise((resolve) => (this.#settleReady = resolve));
    this.#child = fork(entry, [String(process.pid)], {
      env,
      // a directory that is never deleted; each task enters its own scratch directory
      cwd: parse(process.execPath).root,
      // below the limit on all memory, because V8 collects garbage thoroughly only near its own limit
      execArgv: [
        `--max-old-space-size=${Math.floor((memoryBytes * 0.75) / 2 ** 20)}`,
        ...(inspectPort > 0 ? [`--inspect=127.0.0.1:${inspectPort}`] : []),
      ],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // its own process group: programs that a module starts are killed with it, and Ctrl-C in a terminal reaches only the server
      detached: process.platform !== 'win32',
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#stderr.push(chunk));
    this.#child.stderr?.on('error', () => undefined);
    this.#child.on('message', (message) => this.#receive(message as FromChild));
    this.#child.on('error', (error) => {
      if (this.#child.pid === undefined)
        this.#end(new RunnerError('died', `no process could be started: ${error.message}`));
    });
    this.#child.once('exit', (code, signal) => {
      this.kill();
      const end = (): void => this.#end(explainExit({ code, signal }, this.#stderr, this.#memoryBytes));
      // a program that left the group may keep standard error open
      const timer = setTimeout(end, stderrWaitMs);
      this.#child.once('close', () => {
        clearTimeout(timer);
        end();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether the process can accept a task. */
  get usable(): boolean {
    return this.#alive && this.#child.connected && !this.#execution && !this.#crash;
  }

  /**
   * Runs the task once the process is ready.
   *
   * @throws `ModuleError`; `RunnerError`; `NotBegunError`; the reason passed to `stop`.
   */
  execute(
    task: RunnerTask,
    { source, models }: { source: ModuleSource | undefined; models: ModelSettings },
    listeners: Required<RunnerListeners>,
  ): Promise<RunnerResult> {
    return new Promise((resolve, reject) => {
      const execution: Execution = { resolve, reject, listeners };
      this.#execution = execution;
      this.#stderr.clear();
      void this.ready.then(() => {
        if (execution.stopped) return;
        execution.sent = true;
        this.#send({ kind: 'run', task, source, models });
      });
    });
  }

  /**
   * Ends the execution with this reason: aborts the module's signal, and kills the process after `graceMs`. With a `graceMs`
   * of 0 it kills the process immediately. The process is not used again.
   */
  stop(reason: unknown, graceMs: number): void {
    if (!this.#execution) return;
    this.#execution.stopped ??= { reason };
    if (graceMs === 0 || !this.#execution.sent) this.kill();
    else if (!this.#graceTimer) {
      this.#send({ kind: 'abort' });
      this.#graceTimer = setTimeout(() => this.kill(), graceMs);
    }
  }

  /** Kills the process because of this error, which also fails the task that it has begun, if any. */
  fail(error: RunnerError): void {
    if (this.#execution?.begun) this.stop(error, 0);
    else {
      this.#crash ??= error;
      this.kill();
    }
  }

  /** Kills the process and those that it started. */
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

  #send(message: ToChild): void {
    if (!this.#child.connected) return;
    try {
      // ignores the error of a child that is just exiting: its exit settles the execution
      this.#child.send(message, () => undefined);
    } catch (error) {
      this.#settle((execution) => execution.reject(error));
    }
  }

  #receive(message: FromChild): void {
    const execution = this.#execution;
    if (message.kind === 'ready') this.#settleReady();
    else if (message.kind === 'crashed') {
      this.#crash = new RunnerError('died', message.failure.message, message.failure.stack);
      this.kill();
    } else if (!execution) return;
    else if (message.kind === 'begun') execution.begun = true;
    else if (execution.stopped) {
      if (message.kind !== 'progress' && message.kind !== 'log') this.kill();
    } else if (message.kind === 'progress' || message.kind === 'log') {
      try {
        if (message.kind === 'log') execution.listeners.onLog(message.line);
        else execution.listeners.onProgress(message.progress);
      } catch (error) {
        this.stop(error, 0);
      }
    } else if (message.kind === 'done') {
      this.#settle(() => execution.resolve(message.result));
    } else {
      this.#settle(() => execution.reject(asError(message.failure)));
    }
  }

  #end(reason: RunnerError): void {
    if (!this.#alive) return;
    this.#alive = false;
    clearTimeout(this.#graceTimer);
    this.#settleReady();
    const error = this.#crash ?? reason;
    // when the system cannot start this process, it could not start another one either
    const canRunElsewhere = this.#child.pid !== undefined;
    this.#settle(({ stopped, begun, reject }) =>
      reject(stopped ? stopped.reason : begun || !canRunElsewhere ? error : new NotBegunError(error)),
    );
    this.#ended();
  }

  #settle(settle: (execution: Execution) => void): void {
    const execution = this.#execution;
    this.#execution = undefined;
    if (execution) settle(execution);
  }
}

function asError({ code, message, stack }: Failure): Error {
  return code === 'module' ? new ModuleError(message) : new RunnerError(code, message, stack);
}
